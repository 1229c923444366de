/// Inputs that go into one token file: pictures of folders, archives, or both.
public struct Shard: Sendable {
  /// The stem of the output file; it may hold slashes where archives lie in folders.
  public let name: String
  /// The input as the caller gave it.
  public let path: String

  let listing: FileListing
  let archives: [String]

  /// Whether it has pictures of several archives, or of archives and folders: then two of them may
  /// share a key.
  public var hasSeveralSources: Bool { archives.count + (listing.count > 0 ? 1 : 0) > 1 }

  init(name: String, path: String, listing: FileListing, archives: [String]) {
    self.name = name
    self.path = path
    self.listing = listing
    self.archives = archives
  }

  /// Looks through the archives, so that the inputs are known.
  ///
  /// - Parameters:
  ///   - limits: The largest files that will be read.
  ///   - captions: A table that replaces the captions beside the pictures.
  /// - Throws: When an archive cannot be opened, or there is no input at all.
  public func open(
    limits: ReadLimits = .init(), captions: CaptionTable? = nil
  ) throws(DatasetError) -> ShardInputs {
    var indices: [(path: String, index: ArchiveIndex)] = []
    for path in archives {
      do {
        indices.append((path, try ArchiveIndex(path: path)))
      } catch {
        throw DatasetError(
          path: path, reason: error.system.map { .system($0) } ?? .archive(error.message))
      }
    }
    let inputs = ShardInputs(
      listing: listing, archives: indices, limits: limits, captions: captions)
    guard inputs.count > 0 else {
      throw DatasetError(
        path: path, reason: .noPictures(ignoredFiles: inputs.ignored.values.reduce(0, +)))
    }
    return inputs
  }
}

/// The inputs of a shard, ready to be read.
public struct ShardInputs: Sendable {
  /// Number of inputs: pictures, and what is already known to be lost.
  public let count: Int
  /// Files passed over because of their extension, with their number.
  public let ignored: [String: Int]
  /// What a person should know that cost no picture.
  public let notices: [FileListing.Notice]

  private let listing: FileListing
  private let archives: [(path: String, index: ArchiveIndex)]
  private let limits: ReadLimits
  private let captions: CaptionTable?

  init(
    listing: FileListing, archives: [(path: String, index: ArchiveIndex)], limits: ReadLimits,
    captions: CaptionTable?
  ) {
    self.listing = listing
    self.archives = archives
    self.limits = limits
    self.captions = captions
    count = archives.reduce(listing.count) { $0 + $1.index.count }
    ignored = archives.reduce(listing.ignored) { $0.merging($1.index.ignored, uniquingKeysWith: +) }
    notices = archives.reduce(listing.notices) { $0 + Self.notices($1.path, $1.index) }
  }

  /// A stream over the inputs, from the first: the pictures of folders, then archive by archive.
  public func makeStream() -> any SampleStream {
    var streams: [any SampleStream] = listing.count > 0 ? [ListingStream(listing: listing)] : []
    for (path, index) in archives {
      streams.append(ArchiveStream(path: path, index: index, limits: limits))
    }
    let stream: any SampleStream =
      streams.count == 1 ? streams[0] : ChainedStream(streams: streams.reversed())
    return captions.map { CaptionedStream(stream: stream, table: $0) } ?? stream
  }

  private static func notices(_ path: String, _ index: ArchiveIndex) -> [FileListing.Notice] {
    var notices: [FileListing.Notice] = []
    if let first = index.duplicates.first {
      notices.append(
        .init(
          path: path,
          text: "\(index.duplicates.count) pictures have a name that occurred before "
            + "(first \(first)); all are kept"))
    }
    if index.captionsWithoutPicture > 0 {
      notices.append(
        .init(path: path, text: "\(index.captionsWithoutPicture) captions have no picture"))
    }
    return notices
  }
}

/// Streams one after another.
private struct ChainedStream: SampleStream {
  /// The present one last.
  var streams: [any SampleStream]

  mutating func next() throws(DatasetError) -> SampleStreamElement? {
    while !streams.isEmpty {
      if let element = try streams[streams.count - 1].next() { return element }
      streams.removeLast()
    }
    return nil
  }
}
