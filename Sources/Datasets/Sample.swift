/// One input of a run: a key, where its bytes are, and its captions. Nothing has been read yet.
///
/// Reading waits for ``load(limits:)`` so that a listing of millions stays small and the reading
/// can happen on another thread than the listing.
public struct Sample: Sendable {
  /// The name of this sample in the output: the path below the source folder, `/` between folders,
  /// without the extension where that stays unique.
  public let key: String
  /// Where the picture's bytes are.
  public let content: Content
  /// Where its captions are.
  public let captions: CaptionSource

  /// Where a picture's bytes are.
  public enum Content: Sendable {
    /// A file to be read.
    case file(path: String)
    /// Bytes already in memory, as a sequential archive yields them.
    case bytes([UInt8])
  }

  /// Where a sample's captions are.
  public enum CaptionSource: Sendable {
    /// There are none.
    case absent
    /// A text file with one caption per line.
    case file(path: String)
    /// Captions already read.
    case texts(CaptionText)
  }

  /// Makes a sample.
  public init(key: String, content: Content, captions: CaptionSource = .absent) {
    self.key = key
    self.content = content
    self.captions = captions
  }

  /// The same sample, its captions left aside.
  public var withoutCaptions: Sample { Sample(key: key, content: content) }

  /// Reads the picture's bytes and the captions.
  ///
  /// - Parameter limits: The largest files that are read.
  /// - Throws: A ``SampleReject`` of stage `read` or `caption` when a file cannot be read. A sample
  ///   whose caption file cannot be read is rejected whole: a picture that silently lost its caption
  ///   would be worse than one that is named as missing.
  public func load(limits: ReadLimits = .init()) throws(SampleReject) -> LoadedSample {
    let bytes: [UInt8]
    switch content {
    case .bytes(let held): bytes = held
    case .file(let path):
      bytes = try readFile(path, limit: limits.pictureBytes, stage: .read)
      guard !bytes.isEmpty else {
        throw SampleReject(key: key, stage: .read, code: "empty", message: "the file is empty")
      }
    }
    let text = try loadCaptions(limits: limits)
    return LoadedSample(
      key: key, bytes: bytes, captions: text.captions, repaired: text.repaired)
  }

  /// Reads the captions alone.
  ///
  /// - Throws: A ``SampleReject`` of stage `caption` when their file cannot be read.
  public func loadCaptions(limits: ReadLimits = .init()) throws(SampleReject) -> CaptionText {
    switch captions {
    case .absent: CaptionText(captions: [])
    case .texts(let texts): texts
    case .file(let path):
      CaptionText(bytes: try readFile(path, limit: limits.captionBytes, stage: .caption))
    }
  }

  private func readFile(
    _ path: String, limit: Int, stage: SampleReject.Stage
  ) throws(SampleReject) -> [UInt8] {
    do {
      return try FileSystem.read(path, limit: limit)
    } catch {
      throw SampleReject(
        key: key, stage: stage, code: error.code, message: error.explanation)
    }
  }
}

/// The largest files a sample may consist of; a larger one is rejected without being read.
public struct ReadLimits: Sendable, Equatable {
  /// Bytes of a picture file, 256 MiB by default.
  public var pictureBytes = 256 << 20
  /// Bytes of a caption file, 1 MiB by default.
  public var captionBytes = 1 << 20

  /// The default limits.
  public init() {}
}

/// A sample with its bytes in memory.
public struct LoadedSample: Sendable {
  /// See ``Sample/key``.
  public let key: String
  /// The picture file's bytes, not yet decoded.
  public let bytes: [UInt8]
  /// The captions, in file order.
  public let captions: [String]
  /// Whether a caption was changed on reading: a NUL removed, invalid UTF-8 replaced by U+FFFD.
  public let repaired: Bool
}
