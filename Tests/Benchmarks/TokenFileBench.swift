import ByteCoding
import Foundation
import TestSupport
import TokenFiles
import Tokens

/// Reading and writing of token files: rates per second of processor time on one core.
///
///     swift run -c release Benchmarks token-file [ROWS]
///     swift run -c release Benchmarks token-file write [ROWS] [FOLDER]
///     swift run -c release Benchmarks token-file open [ROWS] [FOLDER]
///
/// `write` writes grids with keys and with captions; `open` makes a file of ten million small rows,
/// unless FOLDER has it, and says what opening it and reading rows of it takes.
enum TokenFileBench {
  static func run(_ arguments: [String]) throws {
    let count = arguments.dropFirst().first.flatMap { Int($0) }
    let folder =
      arguments.count > 2 ? arguments[2] : FileManager.default.temporaryDirectory.path
    switch arguments.first {
    case "write": return try write(rows: count ?? 100_000, folder: folder)
    case "open": return try open(rows: count ?? 10_000_000, folder: folder)
    default: break
    }
    let rows = arguments.first.flatMap { Int($0) } ?? 20_000
    let digest = String(repeating: "0", count: 64)
    let header = TokenFileHeader(
      codec: CodecIdentity(
        name: "bench", weightsDigest: digest, codebookSize: 8192, codebookDigest: digest,
        patchSize: 8), recipe: .init(name: "none", size: 256), policy: "balanced", gridHeight: 32,
      gridWidth: 32)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-\(ProcessInfo.processInfo.processIdentifier).tessera").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var random = SeededGenerator(seed: 1)
    let grids = (0..<64).map { _ in
      TokenGrid(
        height: 32, width: 32,
        tokens: (0..<1024).map { _ in TokenID(random.next() & 8191) })
    }
    let tokens = Double(rows * 1024)
    let written = try timed {
      var writer = try TokenFileWriter(to: path, header: header)
      for number in 0..<rows {
        try writer.append(
          TokenFileRow(
            key: "shard/\(number).jpg", grid: grids[number % 64],
            captions: ["a caption of some length, number \(number)"], sourceHeight: 480,
            sourceWidth: 640))
      }
      try writer.finish()
    }
    let opened = try timed { _ = try TokenFile(contentsOf: path) }
    let file = try TokenFile(contentsOf: path)
    let megabytes = Double(file.byteCount) / 1e6
    print("\(rows) rows, \(megabytes) MB, \(Double(file.byteCount) / Double(rows)) bytes a row")
    print("write        \(tokens / written / 1e6) M tokens/s, \(megabytes / written) MB/s")
    print("open         \(opened * 1e3) ms")
    for pass in ["bulk (cold)", "bulk (checked)"] {
      var sum: Int64 = 0
      let time = try timed {
        for chunk in 0..<file.chunkCount {
          let tokens = try file.tokens(inChunk: chunk)
          sum += Int64(tokens[0])
        }
      }
      print("\(pass)  \(tokens / time / 1e6) M tokens/s (sum \(sum))")
    }
    let random1 = try timed {
      for _ in 0..<20_000 { _ = try file.grid(at: Int(random.next() % UInt64(rows))) }
    }
    print("random grid  \(random1 / 20_000 * 1e6) microseconds")
    let verified = timed { precondition(file.verify().isSound) }
    print("verify       \(tokens / verified / 1e6) M tokens/s")
    let sequential = try timed {
      var rows = file.rows
      while try rows.next() != nil {}
    }
    print("rows         \(tokens / sequential / 1e6) M tokens/s")
  }

  private static let digest = String(repeating: "0", count: 64)

  private static func header(_ side: Int, text: TokenFileColumn.Encoding) -> TokenFileHeader {
    TokenFileHeader(
      codec: CodecIdentity(
        name: "bench", weightsDigest: digest, codebookSize: 8192, codebookDigest: digest,
        patchSize: 8), recipe: .init(name: "none", size: 8 * side), policy: "balanced",
      gridHeight: side, gridWidth: side, textEncoding: text)
  }

  private static func grids(_ side: Int) -> [TokenGrid] {
    var random = SeededGenerator(seed: 1)
    return (0..<64).map { _ in
      TokenGrid(
        height: side, width: side,
        tokens: (0..<side * side).map { _ in TokenID(random.next() & 8191) })
    }
  }

  /// Writing rates: of grids alone, and with text in each encoding.
  private static func write(rows: Int, folder: String) throws {
    let path = "\(folder)/bench-\(ProcessInfo.processInfo.processIdentifier).tessera"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let grids = grids(32)
    let caption = "a photograph of a brown dog running along the beach with a ball"
    for (name, encoding, captions) in [
      ("grids alone", .raw, []), ("with text, raw", .raw, [caption]),
      ("with text, zstd", .zstd, [caption]), ("with text, deflate", .deflate, [caption]),
    ] as [(String, TokenFileColumn.Encoding, [String])] {
      let start = ContinuousClock.now
      let seconds = try timed {
        var writer = try TokenFileWriter(to: path, header: header(32, text: encoding))
        for number in 0..<rows {
          try writer.append(
            TokenFileRow(
              key: captions.isEmpty ? "" : "shard/\(number).jpg", grid: grids[number % 64],
              captions: captions))
        }
        try writer.finish()
      }
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      let wall =
        Double(start.duration(to: .now).components.attoseconds) / 1e18
        + Double(start.duration(to: .now).components.seconds)
      print(
        "\(name): \(Double(rows * 1024) / seconds / 1e6) M tokens/s, "
          + "\(Double(size) / seconds / 1e6) MB/s of processor time, \(Double(size) / wall / 1e6) MB/s"
      )
    }
  }

  /// A file of many small rows: what opening and reading a row cost.
  private static func open(rows: Int, folder: String) throws {
    let path = "\(folder)/rows-\(rows).tessera"
    if !FileManager.default.fileExists(atPath: path) {
      let grids = grids(2)
      var writer = try TokenFileWriter(to: path, header: header(2, text: .deflate))
      for number in 0..<rows {
        try writer.append(TokenFileRow(key: "\(number)", grid: grids[number % 64]))
      }
      try writer.finish()
    }
    func faults() -> Int {
      var usage = rusage()
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_minflt + usage.ru_majflt
    }
    func resident() throws -> Int {
      let words = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(
        separator: " ")
      return Int(words[1])! * 4
    }
    let before = (faults(), try resident())
    let start = ContinuousClock.now
    let file = try TokenFile(contentsOf: path)
    let opened = start.duration(to: .now)
    let after = (faults(), try resident())
    print(
      "\(file.count) rows, \(file.byteCount) bytes, \(file.chunkCount) chunks: opened in \(opened), "
        + "\(after.0 - before.0) page faults, \(after.1 - before.1) kB more in memory")
    var random = SeededGenerator(seed: 2)
    let reading = try timed {
      for _ in 0..<10_000 { _ = try file.grid(at: Int(random.next() % UInt64(rows))) }
    }
    print(
      "a grid anywhere: \(reading / 10_000 * 1e6) microseconds, \(faults() - after.0) page faults in 10,000"
    )
  }

  /// Processor time (user and system), which other programs on the machine do not change.
  private static func timed(_ body: () throws -> Void) rethrows -> Double {
    let start = clock()
    try body()
    return Double(clock() - start) / Double(CLOCKS_PER_SEC)
  }
}
