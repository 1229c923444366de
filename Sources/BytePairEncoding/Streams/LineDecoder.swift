public import Tokens

/// Decodes lines of ids: one line of text for each line of decimal ids.
public struct LineDecoder: Sendable {
  private let tokenizer: BPETokenizer
  private let ignoring: Set<TokenID>

  /// A decoder that passes over the ids `ignoring`.
  public init(_ tokenizer: BPETokenizer, ignoring: Set<TokenID> = []) {
    self.tokenizer = tokenizer
    self.ignoring = ignoring
  }

  /// Decodes all of `input` to `output`.
  ///
  /// Ids of a line are read until something that is not an integer; the rest of that line is passed
  /// over, as the original does.
  ///
  /// - Throws: `BPEError.idOutOfRange` with the line; all lines before it have been written.
  public func decode(_ input: InputStream, to output: OutputStream) throws(BPEError) {
    var buffer = Block<UInt8>(count: 1 << 20)
    var filled = 0
    var line = 0
    while true {
      let got = try input.read(into: buffer, from: filled)
      filled += got
      var text: [UInt8] = []
      var start = 0
      var failure: BPEError?
      for offset in (filled - got)..<filled where buffer[offset] == 0x0A && failure == nil {
        failure = decodeLine(buffer, start..<offset, &line, &text)
        start = offset + 1
      }
      if got == 0, start < filled, failure == nil {
        failure = decodeLine(buffer, start..<filled, &line, &text)
      }
      try output.write(text.span)
      if let failure { throw failure }
      if got == 0 { return }
      buffer.moveDown(start..<filled)
      filled -= start
      if filled == buffer.count {
        guard buffer.count < LineEncoder.longestLine else {
          throw BPEError(
            .wordTooLong(byteCount: buffer.count, limit: LineEncoder.longestLine), line: line + 1)
        }
        buffer.grow(to: buffer.count * 2)
      }
    }
  }

  private func decodeLine(
    _ buffer: borrowing Block<UInt8>, _ range: Range<Int>, _ line: inout Int, _ text: inout [UInt8]
  ) -> BPEError? {
    line += 1
    let start = text.count
    var decoder = tokenizer.makeDecoder(ignoring: ignoring)
    var offset = range.lowerBound
    while let id = integer(buffer, &offset, range.upperBound) {
      do throws(BPEError) {
        try decoder.append(id, to: &text)
      } catch {
        // Nothing of the line at fault is put out.
        text.removeLast(text.count - start)
        return BPEError(error.reason, line: line)
      }
    }
    text.append(0x0A)
    return nil
  }

  /// The next integer of a line, or nil at its end or at anything else.
  private func integer(
    _ buffer: borrowing Block<UInt8>, _ offset: inout Int, _ end: Int
  ) -> TokenID? {
    while offset < end, UTF8Text.isASCIISeparator(buffer[offset]) { offset += 1 }
    guard offset < end else { return nil }
    let negative = buffer[offset] == 0x2D
    if negative || buffer[offset] == 0x2B { offset += 1 }
    var value: Int64 = 0
    let digits = offset
    while offset < end, (0x30...0x39).contains(buffer[offset]) {
      value = value * 10 + Int64(buffer[offset] - 0x30)
      guard value <= Int64(Int32.max) + 1 else { return nil }
      offset += 1
    }
    guard offset > digits else { return nil }
    return TokenID(exactly: negative ? -value : value)
  }
}
