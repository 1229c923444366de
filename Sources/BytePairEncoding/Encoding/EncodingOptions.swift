public import Tokens

/// How to encode.
public struct EncodingOptions: Hashable, Sendable {
  /// Put `<BOS>` before each sentence.
  public var beginning: Bool
  /// Put `<EOS>` after each sentence.
  public var end: Bool
  /// Turn each sentence round, `<BOS>` and `<EOS>` included.
  public var reversed: Bool
  /// BPE-dropout.
  public var dropout: Dropout

  /// Makes options; the defaults add and change nothing.
  public init(
    beginning: Bool = false, end: Bool = false, reversed: Bool = false, dropout: Dropout = .none
  ) {
    self.beginning = beginning
    self.end = end
    self.reversed = reversed
    self.dropout = dropout
  }

  /// Refuses what `model` cannot do.
  func validate(for model: BPEModel) throws(BPEError) {
    try dropout.validate()
    if beginning && model.specialTokens.beginning == -1 {
      throw BPEError(.missingSpecialToken(name: "BOS"))
    }
    if end && model.specialTokens.end == -1 { throw BPEError(.missingSpecialToken(name: "EOS")) }
  }
}

/// Many sentences as ids, one after another in one array.
public struct EncodedBatch: Hashable, Sendable {
  /// The ids of all sentences.
  public internal(set) var ids: [TokenID]
  /// Where the ids of each sentence end; they begin where those of the sentence before end.
  public internal(set) var ends: [Int]

  /// Number of sentences.
  public var count: Int { ends.count }

  /// The ids of sentence `index`.
  public subscript(index: Int) -> ArraySlice<TokenID> {
    ids[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }
}
