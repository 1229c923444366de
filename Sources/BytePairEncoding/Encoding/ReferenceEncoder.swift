package import Tokens

/// The encoder straight from the definition: for every word, again and again, the strongest rule
/// that applies anywhere, at its leftmost place.
///
/// Slow and short; the fast encoder is tested against it.
package struct ReferenceEncoder {
  private let model: BPEModel
  /// A pair with two rules obeys the later.
  private let ranks: [SymbolPair: Int]
  private let characters: [UInt32: TokenID]

  package init(_ tokenizer: BPETokenizer) {
    model = tokenizer.model
    ranks = Dictionary(
      model.rules.enumerated().map { (SymbolPair(UInt32($1.left), UInt32($1.right)), $0) },
      uniquingKeysWith: { max($0, $1) })
    characters = Dictionary(
      model.characters.map { ($0.scalar, $0.id) }, uniquingKeysWith: { $1 })
  }

  /// The ids of `text` without `<BOS>` and `<EOS>`.
  package func encode(_ text: [UInt8]) -> [TokenID] {
    var scalars: [UInt32] = []
    var offset = 0
    while offset < text.count {
      let scalar = UTF8Text.decode(text.span, &offset)
      if scalar != UTF8Text.invalid { scalars.append(scalar) }
    }
    var ids: [TokenID] = []
    for word in scalars.split(whereSeparator: { UTF8Text.isSeparator($0) }) {
      ids += encode(word: Array(word))
    }
    return ids
  }

  private func encode(word: [UInt32]) -> [TokenID] {
    // Nil is a run of unknown characters.
    var pieces: [TokenID?] = [characters[UTF8Text.lowLine]!]
    for scalar in word {
      let id = characters[scalar]
      if id != nil || pieces.last! != nil { pieces.append(id) }
    }
    while true {
      var best: (rank: Int, index: Int)?
      for index in 0..<pieces.count - 1 {
        guard let left = pieces[index], let right = pieces[index + 1],
          let rank = ranks[SymbolPair(UInt32(left), UInt32(right))],
          rank < best?.rank ?? .max
        else { continue }
        best = (rank, index)
      }
      guard let (rank, index) = best else { break }
      pieces.replaceSubrange(index...index + 1, with: [model.rules[rank].result])
    }
    return pieces.map { $0 ?? model.specialTokens.unknown }
  }
}
