import TokenFiles

/// Keys that several rows of token files share: nothing is dropped because of them, but whoever
/// joins rows by key has to know.
///
/// Keys are compared by 64-bit hashes, of which only as many are held at a time as the memory limit
/// allows; a larger set is gone through several times. Two different keys are taken for one with a
/// chance of 3 in a million among ten million rows.
public struct DuplicateKeys: Hashable, Sendable {
  /// Rows that were compared.
  public private(set) var rowCount = 0
  /// Rows whose key another row before them has.
  public private(set) var count = 0
  /// Some of these keys, with the files of their first two rows.
  public private(set) var examples: [Example] = []

  /// A key that occurs more than once.
  public struct Example: Hashable, Sendable {
    /// The key.
    public let key: String
    /// Where it occurs first.
    public let first: String
    /// Where it occurs next; possibly the same file.
    public let second: String
  }

  /// Compares the keys of finished token files.
  ///
  /// - Parameters:
  ///   - paths: The files.
  ///   - exampleLimit: How many examples are named.
  ///   - memoryLimit: Bytes for hashes, 64 MiB by default: eight million rows in one pass.
  /// - Throws: ``PipelineError`` when a file cannot be read.
  public init(
    in paths: [String], exampleLimit: Int = 3, memoryLimit: Int = 64 << 20
  ) throws(PipelineError) {
    for path in paths {
      do { rowCount += try TokenFile(contentsOf: path).count } catch {
        throw PipelineError(.tokenFile(error), path: path)
      }
    }
    let passes = max(1, (rowCount * 8 + memoryLimit - 1) / memoryLimit)
    var shown: [UInt64] = []
    for pass in 0..<passes {
      var hashes: [UInt64] = []
      hashes.reserveCapacity(rowCount / passes + rowCount / passes / 16)
      try Self.forEachKey(of: paths) { hash, _, _ in
        if Int(hash >> 33) % passes == pass { hashes.append(hash) }
      }
      hashes.sort()
      for (former, hash) in zip(hashes, hashes.dropFirst()) where former == hash {
        count += 1
        if shown.count < exampleLimit, shown.last != hash { shown.append(hash) }
      }
    }
    guard !shown.isEmpty else { return }
    var firsts: [UInt64: String] = [:]
    var found: [UInt64: Example] = [:]
    try Self.forEachKey(of: paths) { hash, key, path in
      guard shown.contains(hash), found[hash] == nil else { return }
      if let first = firsts[hash] {
        found[hash] = Example(key: key, first: first, second: path)
      } else {
        firsts[hash] = path
      }
    }
    examples = found.values.sorted { ($0.first, $0.key) < ($1.first, $1.key) }
  }

  private static func forEachKey(
    of paths: [String], _ body: (UInt64, String, String) -> Void
  ) throws(PipelineError) {
    for path in paths {
      do throws(TokenFileError) {
        let file = try TokenFile(contentsOf: path)
        for chunk in 0..<file.chunkCount {
          for key in try file.keys(inChunk: chunk) { body(hash(key), key, path) }
        }
      } catch {
        throw PipelineError(.tokenFile(error), path: path)
      }
    }
  }

  /// FNV-1a, its bits mixed once more so that high ones tell keys apart too.
  private static func hash(_ key: String) -> UInt64 {
    let hash = key.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
  }
}
