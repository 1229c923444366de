public import Tokens

/// The ids of the four special tokens; -1 where a token does not exist.
///
/// The unknown token always exists. Defaults are YouTokenToMe's.
public struct SpecialTokenIDs: Hashable, Sendable {
  /// `<PAD>`.
  public var padding: TokenID
  /// `<UNK>`, the id of characters that the model has never seen; never -1.
  public var unknown: TokenID
  /// `<BOS>`.
  public var beginning: TokenID
  /// `<EOS>`.
  public var end: TokenID

  /// Makes the set; -1 leaves a token out.
  public init(
    padding: TokenID = 0, unknown: TokenID = 1, beginning: TokenID = 2, end: TokenID = 3
  ) {
    self.padding = padding
    self.unknown = unknown
    self.beginning = beginning
    self.end = end
  }

  /// The tokens that exist, with their names.
  package var existing: [(name: String, id: TokenID)] {
    [("<PAD>", padding), ("<UNK>", unknown), ("<BOS>", beginning), ("<EOS>", end)]
      .filter { $0.1 != -1 }
  }
}
