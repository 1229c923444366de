import Tokens

/// Encodes parts of a text for one thread and keeps what it learns about words from part to part.
struct PartEncoder: ~Copyable {
  private let options: EncodingOptions
  private let special: SpecialTokenIDs
  private let output: LineEncoder.Output
  private var words: WordEncoder
  private var cache = WordCache<UInt8>()
  private var ids: DecimalSink
  private var subwords: SubwordSink
  private var text = GrowingBlock<UInt8>(capacity: 1 << 20)
  private var pending = Block<Pending>(count: PartEncoder.batchSize)
  private var compatible: DropoutSource?

  /// The part's place in the buffer.
  private(set) var range = 0..<0
  private var atLineStart = true
  private var lineNumber = 0
  /// Whether the part ended with a line feed.
  private(set) var endsLine = true

  private static let batchSize = 64

  /// A word to look up, or the end of a line (`isLineEnd`).
  private struct Pending: BitwiseCopyable {
    var key: WordKey
    var isLineEnd: Bool
  }

  init(_ tokenizer: BPETokenizer, _ options: EncodingOptions, _ output: LineEncoder.Output) {
    self.options = options
    self.output = output
    special = tokenizer.model.specialTokens
    words = WordEncoder(tokenizer.tables)
    ids = DecimalSink(unknownID: special.unknown)
    subwords = SubwordSink(vocabulary: tokenizer.vocabulary)
    if case .compatible = options.dropout { compatible = options.dropout.source(sentence: 0) }
  }

  var sawInvalidBytes: Bool { words.sawInvalidBytes }

  /// Says which part comes next.
  mutating func begin(_ range: Range<Int>, atLineStart: Bool, lineNumber: Int) {
    self.range = range
    self.atLineStart = atLineStart
    self.lineNumber = lineNumber
    text.truncate()
  }

  /// Encodes the part; `buffer` is all that was read.
  mutating func encode(_ buffer: Span<UInt8>) {
    guard !range.isEmpty else { return }
    let part = buffer.extracting(range)
    endsLine = part[part.count - 1] == 0x0A
    if options.reversed || options.dropout.probability > 0 {
      encodeLineByLine(part)
    } else {
      encodeWithCache(part)
    }
  }

  mutating func write(to stream: OutputStream) throws(BPEError) {
    guard !range.isEmpty else { return }
    try text.withSpan { span throws(BPEError) in try stream.write(span) }
    text.truncate()
  }

  /// Ends a last line that has no line feed and was not reversed.
  mutating func finishLine(to stream: OutputStream) throws(BPEError) {
    text.truncate()
    endLine()
    try text.withSpan { span throws(BPEError) in try stream.write(span) }
  }

  // MARK: The fast way

  private mutating func encodeWithCache(_ part: Span<UInt8>) {
    var scanner = WordScanner(part)
    var pendingCount = 0
    if atLineStart { beginLine() }
    while let event = scanner.nextEvent() {
      switch event {
      case .word(let range):
        let key = WordKey(part, range)
        cache.prefetch(key)
        pending[pendingCount] = Pending(key: key, isLineEnd: false)
      case .lineEnd(let offset):
        pending[pendingCount] = Pending(
          key: WordKey(a: 0, b: 0, length: offset + 1 == part.count ? 0 : 1), isLineEnd: true)
      }
      pendingCount &+= 1
      if pendingCount == Self.batchSize {
        flush(pendingCount, part)
        pendingCount = 0
      }
    }
    flush(pendingCount, part)
  }

  private mutating func flush(_ pendingCount: Int, _ part: Span<UInt8>) {
    for index in 0..<pendingCount {
      let item = pending[index]
      if item.isLineEnd {
        endLine()
        // The line after the last line feed of a part begins with the next part.
        if item.key.length != 0 { beginLine() }
      } else if !cache.append(item.key, of: part, to: &text) {
        encodeMiss(item.key, part)
      }
    }
  }

  private mutating func encodeMiss(_ key: WordKey, _ part: Span<UInt8>) {
    var none: DropoutSource?
    let start = text.count
    encodeWord(part.extracting(key.start..<key.start + key.length), &none)
    cache.insert(key, of: part, as: &text, from: start)
  }

  /// Appends the pieces of one word to `text`.
  private mutating func encodeWord(_ word: Span<UInt8>, _ dropout: inout DropoutSource?) {
    switch output {
    case .id:
      ids.text.truncate()
      words.encode(word, dropout: &dropout, to: &ids)
      text.append(ids.text, 0..<ids.text.count)
    case .subword:
      subwords.text.truncate()
      words.encode(word, dropout: &dropout, to: &subwords)
      text.append(subwords.text, 0..<subwords.text.count)
    }
  }

  private mutating func beginLine() { if options.beginning { append(special.beginning) } }

  private mutating func endLine() {
    if options.end { append(special.end) }
    text.append(0x0A)
  }

  private mutating func append(_ id: TokenID) {
    switch output {
    case .id:
      ids.text.truncate()
      ids.token(id)
      text.append(ids.text, 0..<ids.text.count)
    case .subword:
      subwords.text.truncate()
      subwords.token(id)
      text.append(subwords.text, 0..<subwords.text.count)
    }
  }

  // MARK: With dropout, or backwards

  private mutating func encodeLineByLine(_ part: Span<UInt8>) {
    var start = 0
    while start < part.count {
      var end = start
      while end < part.count, part[end] != 0x0A { end += 1 }
      let lineStart = text.count
      beginLine()
      var source = compatible ?? options.dropout.source(sentence: lineNumber)
      compatible = nil
      let line = part.extracting(start..<end)
      var scanner = WordScanner(line)
      while let range = scanner.next() { encodeWord(line.extracting(range), &source) }
      if case .compatible = options.dropout { compatible = source }
      endLine()
      if options.reversed { reverseItems(from: lineStart) }
      lineNumber += 1
      start = end + 1
    }
    // Every line was ended, also one without line feed.
    endsLine = true
  }

  /// Turns the items of the line round that begins at `lineStart` of `text`; no item contains a
  /// space.
  private mutating func reverseItems(from lineStart: Int) {
    var items: [UInt8] = []
    var end = text.count - 1
    while end > lineStart {
      var start = end - 1
      while start > lineStart, text[start - 1] != 0x20 { start -= 1 }
      for index in start..<end { items.append(text[index]) }
      end = start
    }
    text.truncate(to: lineStart)
    for byte in items { text.append(byte) }
    text.append(0x0A)
  }
}
