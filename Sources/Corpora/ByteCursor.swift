/// One byte after another from a source, with the line they are on.
struct ByteCursor {
  private let source: any ByteSource
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var offset = 0
  private var end = 0
  /// The line of the next byte, counted from 1.
  private(set) var line = 1
  var path: String { source.path }

  /// Begins after a byte order mark, if there is one.
  init(_ source: any ByteSource) throws(CorpusError) {
    let peeked = PeekedSource(source)
    let head = try peeked.peek(3)
    self.source = peeked
    if head == [0xEF, 0xBB, 0xBF] {
      for _ in 0..<3 { _ = try next() }
    }
  }

  /// The next byte without passing it, or nil at the end.
  @inline(__always) mutating func peek() throws(CorpusError) -> UInt8? {
    if offset == end {
      try refill()
      if end == 0 { return nil }
    }
    return buffer[offset]
  }

  /// Passes the next byte; nil at the end.
  @inline(__always) mutating func next() throws(CorpusError) -> UInt8? {
    guard let byte = try peek() else { return nil }
    offset &+= 1
    if byte == 0x0A { line &+= 1 }
    return byte
  }

  /// Passes bytes up to the next `separator`, line feed or carriage return, or to the end of what
  /// is buffered, and appends them to `output` if they are wanted.
  @inline(__always)
  mutating func passPlain(
    until separator: UInt8, appendingTo output: inout [UInt8], ifWanted isWanted: Bool
  ) throws(CorpusError) {
    guard try peek() != nil else { return }
    let stop = plainEnd(separator)
    if isWanted { output.append(contentsOf: buffer[offset..<stop]) }
    offset = stop
  }

  /// Where the run of plain bytes from `offset` on ends: eight bytes at a time while there are so
  /// many.
  private func plainEnd(_ separator: UInt8) -> Int {
    let bytes = buffer.span
    let ones: UInt64 = 0x0101_0101_0101_0101
    let wanted = ones &* UInt64(separator)
    // The high bit of the first zero byte is set; bits of later bytes may be wrong.
    func zeroBytes(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & (ones << 7) }
    var stop = offset
    while stop &+ 8 <= end, stop &+ 8 <= bytes.count {
      // SAFETY: the line above checked that eight bytes can be read.
      let word = unsafe UInt64(
        littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: stop, as: UInt64.self))
      let found =
        zeroBytes(word ^ wanted) | zeroBytes(word ^ ones &* 0x0A) | zeroBytes(word ^ ones &* 0x0D)
      if found != 0 { return stop &+ found.trailingZeroBitCount / 8 }
      stop &+= 8
    }
    while stop < end, bytes[stop] != separator, bytes[stop] != 0x0A, bytes[stop] != 0x0D {
      stop &+= 1
    }
    return stop
  }

  private mutating func refill() throws(CorpusError) {
    end = try source.read(into: &buffer, from: 0)
    offset = 0
  }

  func error(_ reason: CorpusError.Reason) -> CorpusError {
    CorpusError(reason, path: path, line: line)
  }
}
