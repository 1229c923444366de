public import Tokens

/// Encodes sentence after sentence in one thread, remembering the words it has seen.
///
/// Much faster than `BPETokenizer.encode` for many sentences, with the same results. Options are
/// checked when it is made, so encoding itself cannot fail.
public struct SentenceEncoder: ~Copyable {
  private let options: EncodingOptions
  private let special: SpecialTokenIDs
  private var cached: TextEncoder<IDFormat>
  /// Used instead with dropout, where no word is encoded twice in the same way.
  private var words: WordEncoder
  private var sink: BlockSink<IDFormat>
  /// Goes on from sentence to sentence.
  private var compatible: DropoutSource?
  private var sentenceNumber = 0

  init(
    _ model: BPEModel, _ tables: EncodingTables, _ options: EncodingOptions,
    cacheLines: Int = ShortWordCache<TokenID>.usualLines
  ) {
    self.options = options
    special = model.specialTokens
    cached = TextEncoder(
      tables, IDFormat(unknownID: special.unknown), cacheLines: cacheLines)
    words = WordEncoder(tables)
    sink = BlockSink(IDFormat(unknownID: special.unknown))
    if case .compatible = options.dropout { compatible = options.dropout.source(sentence: 0) }
  }

  /// Whether bytes that are not UTF-8 were dropped so far.
  public var sawInvalidBytes: Bool { words.sawInvalidBytes || cached.sawInvalidBytes }

  /// Encodes one sentence and appends its ids to `ids`.
  ///
  /// - Parameters:
  ///   - text: UTF-8; bytes that are not are dropped. Line feeds only separate words.
  ///   - number: The sentence's number, which picks its stream of seeded dropout; by default
  ///     sentences count from 0.
  public mutating func encode(
    _ text: Span<UInt8>, number: Int? = nil, into ids: inout [TokenID]
  ) {
    let start = ids.count
    if options.beginning { ids.append(special.beginning) }
    if options.dropout.probability > 0 {
      encodeWithDropout(text, number: number ?? sentenceNumber)
      Self.move(&sink.output, to: &ids)
    } else {
      cached.encode(text) { output in
        if output.count >= Self.chunkSize { Self.move(&output, to: &ids) }
      }
      Self.move(&cached.output, to: &ids)
    }
    sentenceNumber += 1
    if options.end { ids.append(special.end) }
    if options.reversed { ids[start...].reverse() }
  }

  /// Encodes one sentence and returns its ids.
  public mutating func encode(_ text: String, number: Int? = nil) -> [TokenID] {
    var ids: [TokenID] = []
    encode(text.utf8Span.span, number: number, into: &ids)
    return ids
  }

  /// Ids moved at a time: what lies in the first-level cache anyway.
  private static let chunkSize = 1 << 12

  private static func move(_ output: inout GrowingBlock<TokenID>, to ids: inout [TokenID]) {
    output.withSpan { span in
      // SAFETY: the buffer is only read, within the closure.
      unsafe span.withUnsafeBufferPointer { unsafe ids.append(contentsOf: $0) }
    }
    output.truncate()
  }

  private mutating func encodeWithDropout(_ text: Span<UInt8>, number: Int) {
    var source = compatible ?? options.dropout.source(sentence: number)
    compatible = nil
    var scanner = WordScanner(text)
    while let range = scanner.next() {
      words.encode(text.extracting(range), dropout: &source, to: &sink)
    }
    if case .compatible = options.dropout { compatible = source }
  }
}
