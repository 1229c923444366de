import SentencePieces

/// How a vocabulary in the ICE layout is trained.
public struct ICETrainingOptions: Sendable {
  /// Text pieces of the finished vocabulary, the five marks included.
  public var vocabularySize = 16_000
  /// The share of the text's characters that become pieces.
  public var characterCoverage = 0.9995
  /// The longest piece, in characters.
  public var maximumPieceLength = 16
  /// At most this many lines of each corpus are kept in memory, drawn evenly from all of it.
  public var linesPerCorpus = 500_000
  /// Whether every corpus gives the same number of characters, that of the smallest.
  public var isBalanced = true
  /// Where the drawing starts; the same seed and text give the same vocabulary.
  public var seed: UInt64 = 1
  /// Ids set aside for image codes.
  public var imageVocabularySize = ICETokenizer.icetkImageVocabularySize

  /// Makes options with the defaults.
  public init() {}
}

/// What training an ICE vocabulary gave.
public struct ICETrainingResult: Sendable {
  /// The vocabulary at work.
  public let tokenizer: ICETokenizer
  /// Where each kind of token lies.
  public let layout: ICELayout
  /// Lines whose segmentation was compared before and after re-ordering; all were equal.
  public let verifiedLineCount: Int
  /// Characters of text used, per corpus.
  public let characterCounts: [Int]
  /// Lines that the text used comes from, per corpus.
  public let usedLineCounts: [Int]
  /// Lines that could have been drawn, per corpus.
  public let lineCounts: [Int]
}

extension ICETokenizer {
  /// Trains a vocabulary in the ICE layout on text of several languages.
  ///
  /// 1. An even sample of each corpus, cut to the same number of characters, shuffled.
  /// 2. `▁` is split from Han characters, so that `你好` is one piece wherever it stands.
  /// 3. Unigram training (`nmt_nfkc`, no byte fallback, `<n>` user-defined).
  /// 4. Pieces are put in the order of ``ICELayout`` and every sampled line (up to 20,000) is
  ///    segmented before and after to prove that nothing changed.
  ///
  /// Deterministic for a seed; memory is bounded by ``ICETrainingOptions/linesPerCorpus``.
  ///
  /// - Parameter corpora: Lines of text, one sequence for each language, read once.
  /// - Throws: ``UnifiedTokenizerError`` for options out of range, or text too small for the size.
  public static func train(
    on corpora: [any Sequence<String>], options: ICETrainingOptions = .init()
  ) throws(UnifiedTokenizerError) -> ICETrainingResult {
    guard options.linesPerCorpus > 0 else {
      throw UnifiedTokenizerError(
        .optionOutOfRange(
          name: "lines per corpus", value: "\(options.linesPerCorpus)", allowed: "at least 1"))
    }
    var generator = SplitMix64(seed: options.seed)
    var samples: [[String]] = []
    var lineCounts: [Int] = []
    for corpus in corpora {
      var sample = LineSample(limit: options.linesPerCorpus, seed: generator.next())
      offer(corpus, to: &sample)
      lineCounts.append(sample.offeredCount)
      samples.append(sample.lines.shuffled(using: &generator))
    }
    if options.isBalanced { samples = balanced(samples) }
    let lines = samples.flatMap { $0 }.shuffled(using: &generator)

    let before = try UnifiedTokenizerError.wrapping { () throws(SentencePieceError) in
      try trainUnordered(separatingHan(lines), options)
    }
    var model = before.model
    model.pieces = ICELayout.ordered(model.pieces)
    let ordered = model
    let after = try UnifiedTokenizerError.wrapping { () throws(SentencePieceError) in
      try SentencePieceTokenizer(ordered)
    }
    let verified = lines.prefix(20_000)
    for line in verified where before.pieces(of: line) != after.pieces(of: line) {
      throw UnifiedTokenizerError(.reorderingChangedText(line: line))
    }
    let tokenizer = try ICETokenizer(
      text: after, imageVocabularySize: options.imageVocabularySize, profile: .icetk)
    guard let layout = ICELayout(tokenizer) else {
      throw UnifiedTokenizerError(.notBilingual)
    }
    return ICETrainingResult(
      tokenizer: tokenizer, layout: layout, verifiedLineCount: verified.count,
      characterCounts: samples.map { $0.reduce(0) { $0 + $1.unicodeScalars.count } },
      usedLineCounts: samples.map(\.count), lineCounts: lineCounts)
  }

  private static func trainUnordered(
    _ lines: [String], _ options: ICETrainingOptions
  ) throws(SentencePieceError) -> SentencePieceTokenizer {
    var training = SentencePieceTrainingOptions()
    training.vocabularySize = options.vocabularySize
    training.characterCoverage = options.characterCoverage
    training.maximumPieceLength = options.maximumPieceLength
    training.paddingID = 3
    training.userDefinedPieces = [Whitespace.lineBreak]
    training.maximumLineLength = 65536
    // The lines already say where a space stands; the finished model adds and folds as usual.
    training.addsDummyPrefix = false
    training.removesExtraWhitespaces = false
    var model = try SentencePieceTokenizer.train(onPrepared: lines, options: training).model
    model.addsDummyPrefix = true
    model.removesExtraWhitespaces = true
    return try SentencePieceTokenizer(model)
  }

  /// Opens the existential, so that the corpus is read line by line.
  private static func offer(_ corpus: some Sequence<String>, to sample: inout LineSample) {
    for line in corpus where !line.isEmpty && line.utf8.count <= 65536 { sample.offer(line) }
  }

  /// Cuts every sample to as many characters as the smallest has.
  static func balanced(_ samples: [[String]]) -> [[String]] {
    let counts = samples.map { $0.reduce(0) { $0 + $1.unicodeScalars.count } }
    guard let budget = counts.filter({ $0 > 0 }).min() else { return samples }
    return samples.map { lines in
      var left = budget
      return Array(
        lines.prefix { line in
          defer { left -= line.unicodeScalars.count }
          return left > 0
        })
    }
  }

  /// Lines for the trainer, in which every word has its space before it, but for words that start
  /// with a Chinese character: those stand in lines of their own, and their spaces in others.
  ///
  /// The trainer cuts lines at spaces and counts words, so nothing else of a line matters to it.
  static func separatingHan(_ lines: [String]) -> [String] {
    var result: [String] = []
    var loneSpaces = 0
    for line in lines {
      var spaced = ""
      for word in line.unicodeScalars.split(whereSeparator: \.properties.isWhitespace) {
        guard let first = word.first else { continue }
        if ICELayout.isChinese(first) {
          result.append(String(String.UnicodeScalarView(word)))
          loneSpaces += 1
        } else {
          spaced += " " + String(String.UnicodeScalarView(word))
        }
      }
      if !spaced.isEmpty { result.append(spaced) }
      if loneSpaces >= 1000 {
        result.append(String(repeating: " ", count: loneSpaces))
        loneSpaces = 0
      }
    }
    if loneSpaces > 0 { result.append(String(repeating: " ", count: loneSpaces)) }
    return result
  }
}
