import SentencePieces
import Testing

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
