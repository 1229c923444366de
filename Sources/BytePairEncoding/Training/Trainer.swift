import Tokens

/// From word counts to a model: the shared frame of the fast trainer and of its oracle.
struct Trainer {
  let options: TrainingOptions
  let progress: ((TrainingEvent) -> Void)?

  /// Trains with the fast learner.
  func train(_ words: consuming WordCounts) throws(BPEError) -> BPEModel {
    try options.validate()
    let prepared = words.prepared(by: options.preparation)
    words = prepared.counts
    progress?(
      .counted(
        uniqueWords: words.uniqueCount, words: words.totalCount,
        memoryEstimate: memoryEstimate(words)))
    let alphabet = Alphabet(words, coverage: options.coverage)
    report(alphabet, droppedBytes: prepared.droppedBytes)
    let ids = try FinalIDs(options, characterCount: alphabet.kept.count)
    // Three symbols are no tokens: boundary, dead slot and "▁".
    let symbolLimit = Int(Alphabet.firstCharacter) + alphabet.kept.count + ids.ruleLimit
    let rules =
      symbolLimit <= 1 << UInt16.bitWidth
      ? try rules(words, alphabet, ids, UInt16.self) : try rules(words, alphabet, ids, UInt32.self)
    return try ids.model(alphabet.kept, rules.map { ($0.left, $0.right) }, progress)
  }

  /// Learns the rules with symbols kept as `Symbol`, which must be able to hold them all.
  private func rules<Symbol: SymbolSlot>(
    _ words: consuming WordCounts, _ alphabet: borrowing Alphabet, _ ids: FinalIDs,
    _: Symbol.Type
  ) throws(BPEError) -> [LearnedRule] {
    let arena = try SymbolArena<Symbol>(words, alphabet: alphabet, mergeable: options.mergeable)
    words = WordCounts()
    let firstSymbol = Alphabet.firstCharacter + UInt32(alphabet.kept.count)
    var learner = MergeLearner(arena, firstSymbol: firstSymbol, ruleLimit: ids.ruleLimit)
    var rules: [LearnedRule] = []
    while let rule = learner.learn() {
      rules.append(rule)
      reportEveryThousandth(rules, alphabet)
    }
    return rules
  }

  /// What merging needs at its peak beside the words themselves: for each slot of the arena its
  /// symbol, four bytes for a position and about a quarter of that for later positions and tables.
  func memoryEstimate(_ words: borrowing WordCounts) -> Int {
    let slots = words.byteCount + 2 * words.uniqueCount
    let symbolSize = options.vocabularySize < 1 << UInt16.bitWidth ? 2 : 4
    return slots * (symbolSize + 5) + words.byteCount + words.uniqueCount * 16
  }

  func report(_ alphabet: borrowing Alphabet, droppedBytes: UInt64) {
    let invalid = alphabet.invalidByteCount + droppedBytes
    if invalid > 0 { progress?(.invalidBytes(invalid)) }
    progress?(
      .characters(
        unique: alphabet.uniqueCount, removed: alphabet.uniqueCount - alphabet.kept.count))
  }

  private func reportEveryThousandth(_ rules: [LearnedRule], _ alphabet: borrowing Alphabet) {
    let existing = options.specialTokens.existing.count
    let firstRule = Int(Alphabet.firstCharacter) + alphabet.kept.count
    func internalID(_ symbol: Int) -> Int { symbol - Int(Alphabet.lowLine) + existing }
    let id = internalID(firstRule + rules.count - 1)
    guard let progress, id % 1000 == 0, let rule = rules.last else { return }
    func string(_ symbol: UInt32) -> String {
      if symbol == Alphabet.lowLine { return "\u{2581}" }
      if Int(symbol) < firstRule {
        let scalar = alphabet.kept[Int(symbol - Alphabet.firstCharacter)]
        return Unicode.Scalar(scalar).map(String.init) ?? ""
      }
      let part = rules[Int(symbol) - firstRule]
      return string(part.left) + string(part.right)
    }
    progress(
      .learned(
        LearnedToken(
          id: id, left: internalID(Int(rule.left)), right: internalID(Int(rule.right)),
          frequency: rule.frequency, leftString: string(rule.left),
          rightString: string(rule.right))))
  }
}

/// How internal symbols become final ids: in order, past the ids of special and user tokens.
struct FinalIDs {
  private let options: TrainingOptions
  private let reserved: Set<TokenID>
  /// The most merge rules that fit the vocabulary.
  let ruleLimit: Int

  /// - Throws: `vocabularyTooSmall` when not even the characters fit.
  init(_ options: TrainingOptions, characterCount: Int) throws(BPEError) {
    self.options = options
    reserved = Set(
      options.specialTokens.existing.map(\.id) + options.preparation.userTokens.map(\.id))
    let least = reserved.count + 1 + characterCount
    guard options.vocabularySize >= least else {
      throw BPEError(.vocabularyTooSmall(vocabularySize: options.vocabularySize, least: least))
    }
    ruleLimit = options.vocabularySize - least
  }

  /// The model of the kept characters and the rules, given in symbols.
  func model(
    _ kept: [UInt32], _ rules: [(UInt32, UInt32)], _ progress: ((TrainingEvent) -> Void)?
  ) throws(BPEError) -> BPEModel {
    var ids: [TokenID] = []
    var next: TokenID = 0
    for _ in 0..<1 + kept.count + rules.count {
      while reserved.contains(next) { next += 1 }
      ids.append(next)
      next += 1
    }
    func id(_ symbol: UInt32) -> TokenID { ids[Int(symbol - Alphabet.lowLine)] }
    if rules.count < ruleLimit {
      progress?(.ranOutOfPairs(tokenCount: reserved.count + ids.count))
    }
    let scalars = [UTF8Text.lowLine] + kept
    return try BPEModel(
      characters: scalars.indices.map { .init(scalar: scalars[$0], id: ids[$0]) },
      rules: rules.indices.map {
        .init(left: id(rules[$0].0), right: id(rules[$0].1), result: ids[scalars.count + $0])
      },
      specialTokens: options.specialTokens)
  }
}
