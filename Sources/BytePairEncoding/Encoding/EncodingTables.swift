import Tokens

/// A model arranged for encoding; made once, shared by all threads.
///
/// Inside the encoder tokens have numbers of their own: characters first, by rising id, then the
/// result of rule r as `firstMerged + r`, so that a rule's rank is all there is to know of it.
final class EncodingTables: Sendable {
  /// Stands for characters that the model does not know: one more than the largest token.
  let unknown: UInt32
  let unknownID: TokenID
  /// The token "▁".
  let lowLine: UInt32
  /// The token that rule 0 makes.
  let firstMerged: UInt32
  let rules: RuleTable
  let preparation: TextPreparation
  private let characters: CharacterTable
  /// The model's ids, by token.
  private let ids: Block<TokenID>

  init(_ model: BPEModel, _ preparation: TextPreparation) {
    self.preparation = preparation
    unknownID = model.specialTokens.unknown
    let sorted = model.characters.sorted { $0.id < $1.id }
    unknown = UInt32(sorted.count + model.rules.count)
    characters = CharacterTable(sorted.map(\.scalar), unknown: unknown)
    lowLine = characters[UTF8Text.lowLine]
    firstMerged = UInt32(sorted.count)
    ids = Block(count: sorted.count + model.rules.count)
    let tokens = Block<UInt32>(count: model.vocabularySize)
    for (token, id) in (sorted.lazy.map(\.id) + model.rules.lazy.map(\.result)).enumerated() {
      ids[token] = id
      tokens[Int(id)] = UInt32(token)
    }
    rules = RuleTable(
      model.rules.map { SymbolPair(tokens[Int($0.left)], tokens[Int($0.right)]) },
      tokenCount: ids.count)
  }

  /// The token of a scalar (as decoded, not `UTF8Text.invalid`), or `unknown`.
  @inline(__always) func token(of scalar: UInt32) -> UInt32 { characters[scalar] }

  /// The model's id of a token.
  @inline(__always) func id(of token: UInt32) -> TokenID { ids[Int(token)] }
}

/// Scalars to tokens, in pages of 256 scalars.
private struct CharacterTable: ~Copyable {
  private let pages: Block<UInt16>
  private let tokens: Block<UInt32>

  /// Gives token i to scalar i of the list, and `unknown` to all others.
  init(_ scalars: [UInt32], unknown: UInt32) {
    pages = Block(count: 0x11_00)
    var pageCount: UInt16 = 1
    for scalar in scalars where pages[Int(scalar >> 8)] == 0 {
      pages[Int(scalar >> 8)] = pageCount
      pageCount += 1
    }
    tokens = Block(count: Int(pageCount) * 256)
    for index in 0..<tokens.count { tokens[index] = unknown }
    for (token, scalar) in scalars.enumerated() {
      tokens[Int(pages[Int(scalar >> 8)]) * 256 + Int(scalar & 255)] = UInt32(token)
    }
  }

  subscript(scalar: UInt32) -> UInt32 {
    @inline(__always) get {
      tokens[Int(pages[Int(scalar >> 8)]) &* 256 &+ Int(scalar & 255)]
    }
  }
}
