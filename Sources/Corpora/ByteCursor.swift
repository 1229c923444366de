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

  private mutating func refill() throws(CorpusError) {
    end = try source.read(into: &buffer, from: 0)
    offset = 0
  }

  func error(_ reason: CorpusError.Reason) -> CorpusError {
    CorpusError(reason, path: path, line: line)
  }
}
