/// The bytes of a pickle, read forward through a small window: the pickle of an old PyTorch file
/// does not say how long it is, and hundreds of megabytes of storages follow it.
struct PickleInput {
  private let source: ByteSource
  private let end: Int
  private var window: [UInt8] = []
  private var windowStart: Int

  /// The next byte's position in the file.
  private(set) var offset: Int

  /// Reads `range` of the source and nothing beyond.
  init(_ source: ByteSource, range: Range<Int>) {
    self.source = source
    offset = range.lowerBound
    windowStart = range.lowerBound
    end = range.upperBound
  }

  mutating func byte() throws(CheckpointError) -> UInt8 {
    if offset - windowStart >= window.count { try refill(1) }
    defer { offset += 1 }
    return window[offset - windowStart]
  }

  /// The next `count` bytes; a length beyond the end is refused before anything is allocated.
  mutating func bytes(_ count: Int) throws(CheckpointError) -> ArraySlice<UInt8> {
    if offset - windowStart + count > window.count { try refill(count) }
    let start = offset - windowStart
    offset += count
    return window[start..<start + count]
  }

  /// The bytes up to the next line feed, which is consumed and left out.
  mutating func line(limit: Int) throws(CheckpointError) -> [UInt8] {
    var text: [UInt8] = []
    while true {
      let next = try byte()
      if next == 0x0A { return text }
      guard text.count < limit else {
        throw CheckpointError(
          .limitExceeded("the length of a name", value: text.count + 1, limit: limit),
          offset: offset)
      }
      text.append(next)
    }
  }

  /// A little-endian number of `width` bytes, at most 8.
  mutating func unsigned(_ width: Int) throws(CheckpointError) -> UInt64 {
    try bytes(width).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func refill(_ count: Int) throws(CheckpointError) {
    guard count >= 0, count <= end - offset else {
      throw CheckpointError(.truncated(needed: count, available: end - offset), offset: offset)
    }
    window = try source.read(at: offset, count: min(end - offset, max(count, 1 << 16)))
    windowStart = offset
  }
}
