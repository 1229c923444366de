/// How a sentencepiece model is trained; names and defaults follow the original command.
public struct SentencePieceTrainingOptions: Sendable {
  /// How text is segmented.
  public var algorithm = SentencePieceModel.Algorithm.unigram
  /// Pieces of the finished model, marks included.
  public var vocabularySize = 8000
  /// The share of the text's characters that become pieces, 0.98...1; the rest is `<unk>`.
  public var characterCoverage = 0.9995
  /// Name of a built-in normaliser: `nmt_nfkc`, `nfkc`, `nmt_nfkc_cf`, `nfkc_cf` or `identity`.
  public var normalizer = "nmt_nfkc"
  /// Ids of `<unk>`, `<s>`, `</s>` and `<pad>`; nil leaves one out (`<unk>` must be there).
  public var unknownID = 0
  /// See ``unknownID``.
  public var beginningID: Int? = 1
  /// See ``unknownID``.
  public var endID: Int? = 2
  /// See ``unknownID``.
  public var paddingID: Int?
  /// Texts that are always one piece.
  public var userDefinedPieces: [String] = []
  /// Marks that text never encodes to.
  public var controlPieces: [String] = []
  /// Whether characters outside the vocabulary are spelled as bytes.
  public var byteFallback = false
  /// Whether pieces end where the script changes.
  public var splitsByUnicodeScript = true
  /// Whether pieces end between digits and other characters.
  public var splitsByNumber = true
  /// Whether pieces end at spaces.
  public var splitsByWhitespace = true
  /// Whether each digit is a piece of its own.
  public var splitsDigits = false
  /// The longest piece, in characters.
  public var maximumPieceLength = 16
  /// Lines with more bytes than this are left out.
  public var maximumLineLength = 4192
  /// Whether a space is put before each text.
  public var addsDummyPrefix = true
  /// Whether runs of spaces become one.
  public var removesExtraWhitespaces = true
  /// Unigram: the size of the first, large vocabulary.
  public var seedPieceCount = 1_000_000
  /// Unigram: the share of pieces kept by each round of pruning.
  public var shrinkingFactor = 0.75
  /// Unigram: rounds of expectation maximisation between two prunings.
  public var subIterations = 2
  /// Whether a vocabulary that the text is too small for is an error; otherwise it comes out
  /// smaller.
  public var vocabularySizeIsExact = true
  /// At most this many lines are used, drawn evenly from all of them; nil uses every line.
  public var sampledLineCount: Int?
  /// Where the drawing of lines starts. The same seed draws the same lines.
  public var seed: UInt64 = 1

  /// Makes options with the defaults.
  public init() {}

  /// Work is dealt out to this many threads. Sums of probabilities depend on how it is dealt, so
  /// the number is fixed, at the original's default: the same text gives the same bytes on every
  /// machine.
  static let threadCount = 16

  func check() throws(SentencePieceError) {
    func require(_ holds: Bool, _ name: String, _ value: some Any, _ allowed: String)
      throws(SentencePieceError)
    {
      if !holds {
        throw SentencePieceError(
          .optionOutOfRange(name: name, value: "\(value)", allowed: allowed))
      }
    }
    try require(
      (8...SentencePieceModel.pieceLimit).contains(vocabularySize), "vocabularySize",
      vocabularySize, "in 8...\(SentencePieceModel.pieceLimit)")
    try require(
      characterCoverage >= 0.98 && characterCoverage <= 1, "characterCoverage", characterCoverage,
      "in 0.98...1")
    let normalizers = ["nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity"]
    try require(
      normalizers.contains(normalizer), "normalizer", normalizer,
      "one of " + normalizers.joined(separator: ", "))
    let marks = [unknownID] + [beginningID, endID, paddingID].compactMap { $0 }
    try require(
      Set(marks).count == marks.count && marks.allSatisfy { $0 >= 0 && $0 < vocabularySize },
      "ids of marks", marks, "different and inside the vocabulary")
    try require(
      (1...512).contains(maximumPieceLength), "maximumPieceLength", maximumPieceLength, "in 1...512"
    )
    try require(
      (10...65536).contains(maximumLineLength), "maximumLineLength", maximumLineLength,
      "in 10...65536")
    try require(
      shrinkingFactor > 0.5 && shrinkingFactor < 0.95, "shrinkingFactor", shrinkingFactor,
      "between 0.5 and 0.95")
    try require((1...10).contains(subIterations), "subIterations", subIterations, "in 1...10")
    try require(
      seedPieceCount > vocabularySize, "seedPieceCount", seedPieceCount,
      "above the vocabulary size")
    for piece in userDefinedPieces + controlPieces {
      try require(!piece.isEmpty, "user-defined piece", "''", "at least one character")
    }
    if let sampledLineCount {
      try require(sampledLineCount > 0, "sampledLineCount", sampledLineCount, "at least 1")
    }
  }

  /// The options as the original's trainer takes them.
  var arguments: [(name: String, value: String)] {
    func flag(_ value: Bool) -> String { value ? "true" : "false" }
    func list(_ pieces: [String]) -> String {
      pieces.map { piece in
        piece.contains(where: { ",\"\n".contains($0) })
          ? "\""
            + piece.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\"" : piece
      }.joined(separator: ",")
    }
    var result = [
      ("model_type", algorithm == .unigram ? "unigram" : "bpe"),
      ("vocab_size", "\(vocabularySize)"),
      ("character_coverage", "\(characterCoverage)"),
      ("normalization_rule_name", normalizer),
      ("unk_id", "\(unknownID)"),
      ("bos_id", "\(beginningID ?? -1)"),
      ("eos_id", "\(endID ?? -1)"),
      ("pad_id", "\(paddingID ?? -1)"),
      ("byte_fallback", flag(byteFallback)),
      ("split_by_unicode_script", flag(splitsByUnicodeScript)),
      ("split_by_number", flag(splitsByNumber)),
      ("split_by_whitespace", flag(splitsByWhitespace)),
      ("split_digits", flag(splitsDigits)),
      ("max_sentencepiece_length", "\(maximumPieceLength)"),
      ("max_sentence_length", "\(maximumLineLength)"),
      ("add_dummy_prefix", flag(addsDummyPrefix)),
      ("remove_extra_whitespaces", flag(removesExtraWhitespaces)),
      ("seed_sentencepiece_size", "\(seedPieceCount)"),
      ("shrinking_factor", "\(shrinkingFactor)"),
      ("num_sub_iterations", "\(subIterations)"),
      ("hard_vocab_limit", flag(vocabularySizeIsExact)),
      ("num_threads", "\(Self.threadCount)"),
      ("minloglevel", "3"),
    ]
    if !userDefinedPieces.isEmpty {
      result.append(("user_defined_symbols", list(userDefinedPieces)))
    }
    if !controlPieces.isEmpty { result.append(("control_symbols", list(controlPieces))) }
    return result
  }
}
