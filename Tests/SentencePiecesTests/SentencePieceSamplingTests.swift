import Foundation
import SentencePieces
import Testing
import Tokens

@Suite struct SentencePieceSamplingTests {
  private let lines = ["the mosaic keeps every token 世界 in order", "a glass tile", ""]

  @Test(arguments: ["unigram", "bpe"]) func aSeedGivesTheSameSamplesAgain(name: String) throws {
    let tokenizer = try Golden.tokenizer(name)
    let first = try tokenizer.sample(lines, alpha: 0.3, seed: 7)
    #expect(try tokenizer.sample(lines, alpha: 0.3, seed: 7) == first)
    let others = try (8..<20).map { try tokenizer.sample(lines, alpha: 0.3, seed: $0) }
    #expect(others.contains { $0 != first })
  }

  @Test func samplesAreSegmentationsOfTheText() throws {
    let tokenizer = try Golden.tokenizer("unigram")
    for seed in 0..<20 {
      for (line, ids) in zip(
        lines, try tokenizer.sample(lines, alpha: 0.1, seed: UInt32(seed)))
      {
        #expect(try tokenizer.decode(ids) == tokenizer.decode(tokenizer.encode(line)))
      }
    }
  }

  /// Every segmentation of a line with the sum of its scores, found by trying all.
  private func segmentations(
    _ line: String, _ tokenizer: SentencePieceTokenizer
  ) -> [(ids: [TokenID], score: Double)] {
    let text = Array(tokenizer.normalize(line).unicodeScalars)
    var found: [(ids: [TokenID], score: Double)] = []
    func extend(_ start: Int, _ ids: [TokenID], _ score: Double) {
      if start == text.count { found.append((ids, score)) }
      for end in text.indices.dropFirst(start).map({ $0 + 1 }) {
        var piece = String.UnicodeScalarView()
        piece.append(contentsOf: text[start..<end])
        guard let id = tokenizer.id(of: String(piece)) else { continue }
        extend(end, ids + [id], score + Double(tokenizer.model.pieces[Int(id)].score))
      }
    }
    extend(0, [], 0)
    return found
  }

  /// Pearson's statistic of what was drawn against probabilities, and its degrees of freedom.
  /// Outcomes expected fewer than five times are counted together.
  private func chiSquare(
    _ drawn: [[TokenID]], _ expected: [(ids: [TokenID], probability: Double)]
  ) -> (value: Double, freedom: Int) {
    let counts = Dictionary(drawn.map { ($0, 1.0) }, uniquingKeysWith: +)
    var rare = (count: 0.0, expected: 0.0)
    var (value, bins) = (0.0, 0)
    for (ids, probability) in expected {
      let (count, expectation) = (counts[ids] ?? 0, probability * Double(drawn.count))
      if expectation < 5 {
        rare = (rare.count + count, rare.expected + expectation)
      } else {
        value += (count - expectation) * (count - expectation) / expectation
        bins += 1
      }
    }
    if rare.expected >= 5 {
      value += (rare.count - rare.expected) * (rare.count - rare.expected) / rare.expected
      bins += 1
    }
    return (value, bins - 1)
  }

  @Test(
    arguments: [
      ("the glass", -1, 0.3), ("the glass", -1, 1), ("玻璃 tile order", -1, 0.1),
      ("mosaic token", -1, 0),
      ("the glass", 8, 0.5), ("玻璃 tile order", 5, 0.2),
    ] as [(String, Int, Float)])
  func drawsFollowTheProbabilities(line: String, nBest: Int, alpha: Float) throws {
    let tokenizer = try Golden.tokenizer("unigram")
    var all = segmentations(line, tokenizer).sorted { $0.score > $1.score }
    #expect(all.count > 8)
    if nBest > 0 { all = Array(all.prefix(nBest)) }
    let weights = all.map { exp(Double(alpha) * ($0.score - all[0].score)) }
    let total = weights.reduce(0, +)
    let expected = zip(all, weights).map { (ids: $0.ids, probability: $1 / total) }
    let drawn = try tokenizer.sample(
      Array(repeating: line, count: 20_000), nBest: nBest, alpha: alpha, seed: 11)
    #expect(Set(drawn).isSubset(of: Set(all.map(\.ids))))
    let (value, freedom) = chiSquare(drawn, expected)
    // Wilson and Hilferty: the cube root of chi-square over its freedom is nearly normal. With the
    // right probabilities the deviate is above 3.5 once in 4,000 seeds.
    let spread = 2 / (9 * Double(freedom))
    let deviate = (cbrt(value / Double(freedom)) - 1 + spread) / spread.squareRoot()
    #expect(freedom >= 2 && deviate < 3.5, "chi-square \(value), \(freedom) degrees of freedom")
  }

  @Test(arguments: ["the glass", "玻璃 tile order", "mosaic token"])
  func theBestAreThoseThatTryingAllFinds(line: String) throws {
    let tokenizer = try Golden.tokenizer("unigram")
    let all = segmentations(line, tokenizer).sorted { $0.score > $1.score }
    let best = try tokenizer.nBest(line, count: 10)
    #expect(Set(best).count == min(10, all.count))
    for (ids, expected) in zip(best, all) {
      let score = ids.reduce(0) { $0 + Double(tokenizer.model.pieces[Int($1)].score) }
      #expect(abs(score - expected.score) < 1e-4)
    }
  }

  @Test func noDropoutIsTheOnlySegmentation() throws {
    let tokenizer = try Golden.tokenizer("bpe")
    #expect(
      try tokenizer.sample(lines, alpha: 0, seed: 1) == lines.map { tokenizer.encode($0) })
  }

  @Test func optionsOutOfRangeAreRefused() throws {
    let unigram = try Golden.tokenizer("unigram")
    let bpe = try Golden.tokenizer("bpe")
    #expect(throws: SentencePieceError.self) { try unigram.sample(lines, alpha: -1, seed: 1) }
    #expect(throws: SentencePieceError.self) { try bpe.sample(lines, alpha: 1.5, seed: 1) }
    #expect(throws: SentencePieceError.self) { try bpe.sample(lines, alpha: 0, seed: .max) }
    #expect(throws: SentencePieceError(.needsUnigram(operation: "n-best encoding"))) {
      try bpe.nBest("a", count: 2)
    }
    #expect(throws: SentencePieceError.self) { try unigram.nBest("a", count: 0) }
  }
}
