import Tokens

/// What to train.
public struct TrainingOptions: Hashable, Sendable {
  /// Which characters may become part of a merged token.
  public enum Mergeable: Hashable, Sendable {
    /// All, the word mark "▁" included: YouTokenToMe's way.
    case all
    /// Only a to z: digits, punctuation, spaces and everything else stay single tokens, as in the
    /// published recipe of DALL-E (openai/DALL-E, issue 22).
    ///
    /// The rules then never cross other characters, so encoding needs no extra step.
    case lowercaseLatin
  }

  /// Tokens in all: characters, merges and special tokens.
  public var vocabularySize: Int
  /// Share of the text, in (0, 1], that the kept characters must cover; rarer ones become unknown.
  public var coverage: Double = 1
  /// Ids of the special tokens.
  public var specialTokens = SpecialTokenIDs()
  /// What happens to text before it is cut into words, while training and for ever after.
  public var preparation = TextPreparation()
  /// Which characters may be merged.
  public var mergeable = Mergeable.all
  /// Threads; the result does not depend on them. Nil takes as many as there are processors, at
  /// most `TrainingOptions.mostThreads`.
  public var threads: Int?

  /// More threads than this bring nothing.
  public static let mostThreads = 8

  /// Options with defaults for all but the vocabulary size.
  public init(vocabularySize: Int) { self.vocabularySize = vocabularySize }

  /// Refuses values that no corpus can make right, in YouTokenToMe's order. Training does so itself;
  /// this is for those who want to know before they read a large corpus.
  ///
  /// - Throws: `BPEError`.
  public func validate() throws(BPEError) {
    guard coverage > 0, coverage <= 1 else { throw BPEError(.coverageOutOfRange(coverage)) }
    let special = specialTokens
    for (name, id, least) in [
      ("unk_id", special.unknown, 0), ("pad_id", special.padding, -1),
      ("bos_id", special.beginning, -1), ("eos_id", special.end, -1),
    ] as [(String, TokenID, TokenID)] {
      guard id >= least, Int(id) < vocabularySize else {
        throw BPEError(
          .specialIDOutOfRange(name: name, id: Int(id), vocabularySize: vocabularySize))
      }
    }
    let ids = special.existing.map(\.id)
    guard Set(ids).count == ids.count else { throw BPEError(.specialIDsClash) }
    guard vocabularySize <= Int(BPEModel.largestID) else {
      throw BPEError(
        .vocabularyTooLarge(vocabularySize: vocabularySize, limit: Int(BPEModel.largestID)))
    }
    try preparation.validate(taken: Set(ids), vocabularySize: vocabularySize)
  }
}

/// What `BPETokenizer.train` tells while it works.
public enum TrainingEvent: Sendable {
  /// Words are counted. `memoryEstimate` is what merging will need at its peak, in bytes.
  case counted(uniqueWords: Int, words: UInt64, memoryEstimate: Int)
  /// Characters are counted: how many distinct ones there are, and how many fell to coverage.
  case characters(unique: Int, removed: Int)
  /// Bytes that are not UTF-8 were dropped.
  case invalidBytes(UInt64)
  /// A thousand more tokens are there; the last one, as in YouTokenToMe's log.
  case learned(LearnedToken)
  /// No pair was left; the model has this many tokens, fewer than asked for.
  case ranOutOfPairs(tokenCount: Int)
}

/// A token that training has just made.
public struct LearnedToken: Sendable {
  /// The token and its two parts, numbered as YouTokenToMe does in its log: special tokens first.
  public let id, left, right: Int
  /// How often the pair occurred.
  public let frequency: UInt64
  /// The parts' strings; the token's own is both together.
  public let leftString, rightString: String
}
