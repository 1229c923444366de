import Tokens

/// Encodes parts of a text for one thread and keeps what it learns about words from part to part.
struct PartEncoder<Format: PieceFormat>: ~Copyable where Format.Element == UInt8 {
  private let options: EncodingOptions
  private let format: Format
  private var cached: TextEncoder<Format>
  /// Used instead with dropout and backwards.
  private var words: WordEncoder
  private var sink: BlockSink<Format>
  private var compatible: DropoutSource?
  /// What is written before and after each line.
  private let lineStart: [UInt8]
  private let lineEnd: [UInt8]

  init(_ tokenizer: BPETokenizer, _ options: EncodingOptions, _ format: Format) {
    self.options = options
    self.format = format
    let special = tokenizer.model.specialTokens
    lineStart = options.beginning ? format.bytes(of: special.beginning) : []
    lineEnd = (options.end ? format.bytes(of: special.end) : []) + [0x0A]
    cached = TextEncoder(tokenizer.tables, format, lineFeed: lineEnd + lineStart)
    words = WordEncoder(tokenizer.tables)
    sink = BlockSink(format)
    if case .compatible = options.dropout { compatible = options.dropout.source(sentence: 0) }
  }

  var sawInvalidBytes: Bool { words.sawInvalidBytes || cached.sawInvalidBytes }

  /// Encodes `text`, which is `part` of the input.
  mutating func encode(_ text: Span<UInt8>, _ part: LinePart) {
    if encodesLineByLine {
      encodeLines(text, firstLine: part.firstLine)
    } else {
      encodeCached(text, part)
    }
  }

  /// Writes what `encode` made, and forgets it.
  mutating func write(to stream: OutputStream) throws(BPEError) {
    if encodesLineByLine {
      try sink.output.withSpan { span throws(BPEError) in try stream.write(span) }
      sink.output.truncate()
    } else {
      try cached.output.withSpan { span throws(BPEError) in try stream.write(span) }
      cached.output.truncate()
    }
  }

  // MARK: The fast way

  private mutating func encodeCached(_ text: Span<UInt8>, _ part: LinePart) {
    if part.beginsLine && text.count > 0 { Self.append(lineStart, to: &cached.output) }
    cached.encode(text)
    if text.count > 0, text[text.count - 1] == 0x0A {
      // The line after the last line feed begins with the next part, if there is one.
      cached.output.truncate(to: cached.output.count - lineStart.count)
    } else if part.isLast, text.count > 0 || !part.beginsLine {
      Self.append(lineEnd, to: &cached.output)
    }
  }

  private static func append(_ bytes: [UInt8], to output: inout GrowingBlock<UInt8>) {
    output.append(contentsOf: bytes.span)
  }

  // MARK: With dropout, or backwards

  private var encodesLineByLine: Bool { options.reversed || options.dropout.probability > 0 }

  private mutating func encodeLines(_ text: Span<UInt8>, firstLine: Int) {
    var lineNumber = firstLine
    var start = 0
    while start < text.count {
      var end = start
      while end < text.count, text[end] != 0x0A { end += 1 }
      let outputStart = sink.output.count
      Self.append(lineStart, to: &sink.output)
      var source = compatible ?? options.dropout.source(sentence: lineNumber)
      compatible = nil
      let line = text.extracting(start..<end)
      var scanner = WordScanner(line)
      while let range = scanner.next() {
        words.encode(line.extracting(range), dropout: &source, to: &sink)
      }
      if case .compatible = options.dropout { compatible = source }
      Self.append(lineEnd, to: &sink.output)
      if options.reversed { reverseItems(from: outputStart) }
      lineNumber += 1
      start = end + 1
    }
  }

  /// Turns the items of the line round that begins at `lineStart` of the output; no item contains a
  /// space.
  private mutating func reverseItems(from lineStart: Int) {
    var items: [UInt8] = []
    var end = sink.output.count - 1
    while end > lineStart {
      var start = end - 1
      while start > lineStart, sink.output[start - 1] != 0x20 { start -= 1 }
      for index in start..<end { items.append(sink.output[index]) }
      end = start
    }
    sink.output.truncate(to: lineStart)
    Self.append(items, to: &sink.output)
    sink.output.append(0x0A)
  }
}

extension PieceFormat where Element == UInt8 {
  /// A token as it appears in the output.
  fileprivate func bytes(of id: TokenID) -> [UInt8] {
    var output = GrowingBlock<UInt8>(capacity: 64)
    write(id, to: &output)
    return output.array
  }
}
