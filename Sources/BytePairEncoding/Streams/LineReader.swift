/// A part of the input, and its place there.
struct LinePart {
  /// Bytes in the part: whole lines, or a stretch of a very long one.
  var byteCount: Int
  /// Whether a line begins with the part, and not within a part before.
  var beginsLine: Bool
  /// Whether nothing follows.
  var isLast: Bool
  /// How many lines end before the part; counted only where lines are to be whole.
  var firstLine: Int
}

/// Cuts input into parts of whole lines.
struct LineReader: ~Copyable {
  /// Read at a time; with what is written for it less than a second-level cache full.
  static let partSize = 1 << 18
  /// The longest word, and the longest line where lines are to be whole.
  static let longestLine = 1 << 27
  /// A longer line is cut into stretches, unless it is to be whole.
  private static let longestWholeLine = 1 << 26

  private let input: InputStream
  private let eachLine: Bool
  private let wholeLines: Bool
  /// What was read of the part to come.
  private var rest = GrowingBlock<UInt8>()
  private var atLineStart = true
  private var lineNumber = 0
  private var isAtEnd = false
  /// Bytes read so far.
  private(set) var byteCount = 0

  /// - Parameters:
  ///   - eachLine: Whether a part is given out as soon as it can be read.
  ///   - wholeLines: Whether lines are never cut.
  init(_ input: InputStream, eachLine: Bool, wholeLines: Bool) {
    self.input = input
    self.eachLine = eachLine
    self.wholeLines = wholeLines
  }

  /// Fills `buffer`, enlarging it if need be, from its beginning with the next part; nil after the
  /// last.
  mutating func next(into buffer: inout Block<UInt8>) throws(BPEError) -> LinePart? {
    guard !isAtEnd else { return nil }
    buffer.grow(to: rest.count * 2)
    rest.withSpan { buffer.copy($0, to: 0) }
    var filled = rest.count
    rest.truncate()
    // What the call before left over may hold line feeds; what is read later is looked at once.
    var searched = 0
    while true {
      if filled == buffer.count { try grow(&buffer) }
      let got = try input.read(into: buffer, from: filled)
      filled += got
      byteCount += got
      isAtEnd = got == 0
      guard isAtEnd || eachLine || filled == buffer.count else { continue }
      let end = isAtEnd ? filled : cut(buffer, searched..<filled)
      searched = filled
      guard end > 0 || isAtEnd else { continue }
      buffer.withSpan(end..<filled) { rest.append(contentsOf: $0) }
      return part(buffer, end)
    }
  }

  private mutating func part(_ buffer: borrowing Block<UInt8>, _ end: Int) -> LinePart {
    let part = LinePart(
      byteCount: end, beginsLine: atLineStart, isLast: isAtEnd, firstLine: lineNumber)
    if end > 0 { atLineStart = buffer[end - 1] == 0x0A }
    if wholeLines {
      for index in 0..<end where buffer[index] == 0x0A { lineNumber += 1 }
    }
    return part
  }

  private func grow(_ buffer: inout Block<UInt8>) throws(BPEError) {
    guard buffer.count < Self.longestLine else {
      throw BPEError(.wordTooLong(byteCount: Self.longestLine, limit: Self.longestLine))
    }
    buffer.grow(to: buffer.count * 2)
  }

  /// Where what was read can be cut: after the last line feed in `new`, before which there is none,
  /// or inside a very long line after its last white space; 0 if nowhere.
  private func cut(_ buffer: borrowing Block<UInt8>, _ new: Range<Int>) -> Int {
    let filled = new.upperBound
    var index = filled
    while index > new.lowerBound {
      if buffer[index - 1] == 0x0A { return index }
      index -= 1
    }
    guard filled >= Self.longestWholeLine, !wholeLines else { return 0 }
    index = filled
    while index > 0, !UTF8Text.isASCIISeparator(buffer[index - 1]) { index -= 1 }
    return index
  }
}
