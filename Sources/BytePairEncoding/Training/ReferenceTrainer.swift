/// The trainer straight from the definition: counts every pair of every word anew for every rule.
///
/// Far too slow for a corpus and short enough to be read; the fast trainer is tested against it.
package struct ReferenceTrainer {
  private let options: TrainingOptions

  /// Trains on `text`.
  package static func train(
    on text: [UInt8], options: TrainingOptions
  ) throws(BPEError) -> BPEModel {
    try ReferenceTrainer(options: options).train(text)
  }

  private func train(_ text: [UInt8]) throws(BPEError) -> BPEModel {
    try options.validate()
    var words = Self.split(decode(text))
    let kept = keptCharacters(text, words)
    let ids = try FinalIDs(options, characterCount: kept.count)
    var symbols: [UInt32: UInt32] = [UTF8Text.lowLine: Alphabet.lowLine]
    for (index, scalar) in kept.enumerated() {
      symbols[scalar] = Alphabet.firstCharacter + UInt32(index)
    }
    words = words.map { word in word.filter { symbols[$0] != nil } }.filter { !$0.isEmpty }
    var pieces: [[UInt32]: Int] = [:]
    for word in words {
      for piece in self.pieces(word) { pieces[piece.map { symbols[$0]! }, default: 0] += 1 }
    }
    var rules: [(UInt32, UInt32)] = []
    while rules.count < ids.ruleLimit, let best = Self.bestPair(pieces) {
      let symbol = Alphabet.firstCharacter + UInt32(kept.count + rules.count)
      rules.append(best)
      var merged: [[UInt32]: Int] = [:]
      for (piece, count) in pieces {
        merged[Self.replace(best, by: symbol, in: piece), default: 0] += count
      }
      pieces = merged
    }
    return try ids.model(kept, rules, nil)
  }

  private func decode(_ text: [UInt8]) -> [UInt32] {
    var scalars: [UInt32] = []
    var offset = 0
    while offset < text.count { scalars.append(UTF8Text.decode(text.span, &offset)) }
    return scalars
  }

  /// Words as scalars, invalid bytes included.
  private static func split(_ scalars: [UInt32]) -> [[UInt32]] {
    scalars.split(whereSeparator: { UTF8Text.isSeparator($0) }).map(Array.init)
  }

  private func keptCharacters(_ text: [UInt8], _ words: [[UInt32]]) -> [UInt32] {
    var counts: [UInt32: UInt64] = [:]
    for scalar in words.joined() where scalar != UTF8Text.invalid {
      counts[scalar, default: 0] += 1
    }
    let sorted = counts.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    let length = decode(text).count
    var left = length
    var removed = 0
    for (_, count) in sorted {
      guard Double(left - Int(count)) > Double(length) * options.coverage else { break }
      left -= Int(count)
      removed += 1
    }
    return sorted[removed...].reversed().map(\.key)
  }

  /// The parts of a word within which symbols may merge.
  private func pieces(_ word: [UInt32]) -> [[UInt32]] {
    switch options.mergeable {
    case .all: [[UTF8Text.lowLine] + word]
    case .lowercaseLatin:
      word.split(whereSeparator: { !(0x61...0x7A).contains($0) }).map(Array.init)
    }
  }

  /// The pair to merge next.
  private static func bestPair(_ pieces: [[UInt32]: Int]) -> (UInt32, UInt32)? {
    var counts: [SymbolPair: Int] = [:]
    for (piece, count) in pieces {
      // Maximal runs of one symbol.
      var runs: [(symbol: UInt32, length: Int)] = []
      for symbol in piece {
        if runs.last?.symbol == symbol {
          runs[runs.count - 1].length += 1
        } else {
          runs.append((symbol, 1))
        }
      }
      for (index, run) in runs.enumerated() {
        counts[SymbolPair(run.symbol, run.symbol), default: 0] += run.length / 2 * count
        if index > 0 { counts[SymbolPair(runs[index - 1].symbol, run.symbol), default: 0] += count }
      }
    }
    let best = counts.filter { $0.value > 0 }.max { a, b in
      let (p, q) = (a.key, b.key)
      if a.value != b.value { return a.value < b.value }
      if max(p.left, p.right) != max(q.left, q.right) {
        return max(p.left, p.right) > max(q.left, q.right)
      }
      if min(p.left, p.right) != min(q.left, q.right) {
        return min(p.left, p.right) > min(q.left, q.right)
      }
      return p.left < q.left
    }
    return best.map { ($0.key.left, $0.key.right) }
  }

  private static func replace(
    _ pair: (UInt32, UInt32), by symbol: UInt32, in piece: [UInt32]
  ) -> [UInt32] {
    var result: [UInt32] = []
    var index = 0
    while index < piece.count {
      if index + 1 < piece.count, (piece[index], piece[index + 1]) == pair {
        result.append(symbol)
        index += 2
      } else {
        result.append(piece[index])
        index += 1
      }
    }
    return result
  }
}
