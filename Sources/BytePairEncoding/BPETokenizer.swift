public import Tokens

/// A byte-pair-encoding tokenizer: text to ids and back, exactly as YouTokenToMe does it.
///
/// A value is immutable and may be used from any number of threads at once.
public struct BPETokenizer: Sendable {
  /// The characters, rules and special tokens.
  public let model: BPEModel
  /// What happens to text before it is cut into words.
  public let preparation: TextPreparation
  let tables: EncodingTables
  let vocabulary: Vocabulary

  /// A tokenizer for `model`.
  ///
  /// - Throws: `BPEError.invalidUserToken` when a user token clashes with the model.
  public init(
    model: BPEModel, preparation: TextPreparation = TextPreparation()
  ) throws(BPEError) {
    if !preparation.userTokens.isEmpty {
      let taken = Set(
        model.characters.map(\.id) + model.rules.map(\.result)
          + model.specialTokens.existing.map(\.id))
      try preparation.validate(taken: taken, vocabularySize: Int(BPEModel.largestID) + 1)
    }
    self.model = model
    self.preparation = preparation
    tables = EncodingTables(model, preparation)
    vocabulary = Vocabulary(model, preparation.userTokens)
  }

  /// A tokenizer from the bytes of a YTTM model file, without a sidecar.
  public init(modelBytes: Span<UInt8>) throws(BPEError) {
    try self.init(model: BPEModel(fileBytes: modelBytes))
  }

  /// One more than the largest id, user tokens included.
  public var vocabularySize: Int { vocabulary.size }
}

// MARK: Training

extension BPETokenizer {
  /// Trains on counted words.
  ///
  /// The same counts and options give the same model, whatever the number of threads.
  ///
  /// - Parameters:
  ///   - words: What `WordCounts` made of a corpus.
  ///   - options: What to train.
  ///   - progress: Called from the calling thread as training goes on.
  /// - Throws: `BPEError` for options that are out of range or clash, a vocabulary smaller than the
  ///   characters need, or more than 2^32 symbols in distinct words.
  public static func train(
    on words: consuming WordCounts, options: TrainingOptions,
    progress: ((TrainingEvent) -> Void)? = nil
  ) throws(BPEError) -> BPETokenizer {
    let model = try Trainer(options: options, progress: progress).train(words)
    return try BPETokenizer(model: model, preparation: options.preparation)
  }

  /// Trains on sentences.
  public static func train(
    on sentences: some Sequence<String>, options: TrainingOptions,
    progress: ((TrainingEvent) -> Void)? = nil
  ) throws(BPEError) -> BPETokenizer {
    var counter = WordCounter()
    for sentence in sentences {
      counter.count(sentence.utf8Span.span)
      counter.add(separators: 1)
    }
    return try train(on: counter.finish(), options: options, progress: progress)
  }
}

// MARK: Encoding

extension BPETokenizer {
  /// The ids of one sentence.
  ///
  /// - Throws: `BPEError.missingSpecialToken` when `<BOS>` or `<EOS>` is asked for and the model has
  ///   none; `dropoutOutOfRange`.
  public func encode(
    _ text: String, options: EncodingOptions = EncodingOptions()
  ) throws(BPEError) -> [TokenID] {
    try encode(text.utf8Span.span, options: options)
  }

  /// The ids of one sentence given as UTF-8; bytes that are not UTF-8 are dropped.
  public func encode(
    _ text: Span<UInt8>, options: EncodingOptions = EncodingOptions()
  ) throws(BPEError) -> [TokenID] {
    try options.validate(for: model)
    var sink = BlockSink(IDFormat(unknownID: model.specialTokens.unknown))
    encodeWords(text, options, to: &sink)
    var ids = sink.output.array
    if options.beginning { ids.insert(model.specialTokens.beginning, at: 0) }
    if options.end { ids.append(model.specialTokens.end) }
    if options.reversed { ids.reverse() }
    return ids
  }

  /// The subwords of one sentence; unknown characters stand for themselves.
  public func encodeAsSubwords(
    _ text: String, options: EncodingOptions = EncodingOptions()
  ) throws(BPEError) -> [String] {
    try encodeAsSubwords(text.utf8Span.span, options: options)
  }

  /// The subwords of one sentence given as UTF-8.
  public func encodeAsSubwords(
    _ text: Span<UInt8>, options: EncodingOptions = EncodingOptions()
  ) throws(BPEError) -> [String] {
    try options.validate(for: model)
    var sink = StringSink(vocabulary: vocabulary)
    if options.beginning { sink.strings.append("<BOS>") }
    encodeWords(text, options, to: &sink)
    if options.end { sink.strings.append("<EOS>") }
    return options.reversed ? sink.strings.reversed() : sink.strings
  }

  private func encodeWords<Sink: PieceSink & ~Copyable>(
    _ text: Span<UInt8>, _ options: EncodingOptions, to sink: inout Sink
  ) {
    var words = WordEncoder(tables)
    var source = options.dropout.source(sentence: 0)
    var scanner = WordScanner(text)
    while let range = scanner.next() {
      words.encode(text.extracting(range), dropout: &source, to: &sink)
    }
  }

  /// An encoder for many sentences, for one thread.
  public func makeEncoder(
    options: EncodingOptions = EncodingOptions()
  ) throws(BPEError) -> SentenceEncoder {
    try options.validate(for: model)
    return SentenceEncoder(model, tables, options)
  }

  /// The same with a memory of `cacheLines` short words, a power of two; for tests.
  package func makeEncoder(cacheLines: Int) -> SentenceEncoder {
    SentenceEncoder(model, tables, EncodingOptions(), cacheLines: cacheLines)
  }

  /// The ids of many sentences.
  ///
  /// - Parameters:
  ///   - sentences: The sentences; sentence i uses stream i of seeded dropout.
  ///   - threads: Nil takes as many as there are processors. Results do not depend on it.
  public func encode(
    batch sentences: [String], options: EncodingOptions = EncodingOptions(), threads: Int? = nil
  ) throws(BPEError) -> EncodedBatch {
    try options.validate(for: model)
    var threadCount = Workers.count(threads)
    if case .compatible = options.dropout { threadCount = 1 }
    // Parts small enough to even out, large enough to warm a cache.
    let parts = threadCount == 1 ? 1 : min(threadCount, max(1, sentences.count / 64))
    let results = Workers.map(parts) { part in
      let range = sentences.count * part / parts..<sentences.count * (part + 1) / parts
      var encoder = SentenceEncoder(model, tables, options)
      var batch = EncodedBatch(ids: [], ends: [])
      batch.ends.reserveCapacity(range.count)
      for index in range {
        encoder.encode(sentences[index].utf8Span.span, number: index, into: &batch.ids)
        batch.ends.append(batch.ids.count)
      }
      return batch
    }
    var whole = results[0]
    for part in results.dropFirst() {
      let offset = whole.ids.count
      whole.ids += part.ids
      whole.ends += part.ends.map { $0 + offset }
    }
    return whole
  }
}

// MARK: Decoding and the vocabulary

extension BPETokenizer {
  /// The text of `ids`.
  ///
  /// Words are joined by single spaces; special tokens appear by name.
  ///
  /// - Parameter ignoring: Ids that are passed over, whether the vocabulary has them or not.
  /// - Throws: `BPEError.idOutOfRange` for any other id that the vocabulary does not have.
  public func decode(
    _ ids: some Sequence<TokenID>, ignoring: Set<TokenID> = []
  ) throws(BPEError) -> String {
    var decoder = makeDecoder(ignoring: ignoring)
    var text: [UInt8] = []
    for id in ids { try decoder.append(id, to: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  /// A decoder that takes one id at a time.
  public func makeDecoder(ignoring: Set<TokenID> = []) -> IncrementalDecoder {
    IncrementalDecoder(vocabulary, ignoring: ignoring)
  }

  /// The id of a subword: a special token's name, or a token's string with "▁" for the space.
  ///
  /// The unknown token's id for anything else, -1 for a special token that the model lacks. Of two
  /// tokens with the same string, the smaller id.
  public func id(ofSubword subword: String) -> TokenID { vocabulary.id(of: subword) }

  /// The subword of `id`.
  ///
  /// - Throws: `BPEError.idOutOfRange`.
  public func subword(of id: TokenID) throws(BPEError) -> String {
    guard vocabulary.contains(id) else {
      throw BPEError(.idOutOfRange(id: Int(id), vocabularySize: vocabulary.size))
    }
    return String(decoding: vocabulary.bytes(of: id), as: UTF8.self)
  }

  /// All subwords; the index is the id. Empty strings stand for ids that nothing has.
  public var subwords: [String] {
    (0..<vocabulary.size).map { String(decoding: vocabulary.bytes(of: TokenID($0)), as: UTF8.self) }
  }
}
