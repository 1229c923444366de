import BytePairEncoding
import TestSupport
import Testing

/// The fast trainer and encoder against the slow ones, on seeded random cases.
struct TrainingEquivalenceTests {
  @Test("Fast equals slow", arguments: 0..<40)
  func fastEqualsSlow(block: Int) throws {
    for seed in UInt64(block) * 100..<UInt64(block + 1) * 100 {
      var corpus = RandomCorpus(seed: seed)
      let text = corpus.text()
      let options = corpus.options()
      let fast = Result { try Training(text, options).model }
      let slow = Result { try ReferenceTrainer.train(on: text, options: options) }
      switch (fast, slow) {
      case (.success(let fast), .success(let slow)):
        #expect(fast == slow, "seed \(seed)")
        try compareEncoders(BPETokenizer(model: fast), &corpus, text, seed)
      case (.failure(let fast), .failure(let slow)):
        #expect(fast as? BPEError == slow as? BPEError, "seed \(seed)")
      default: Issue.record("seed \(seed): \(fast) against \(slow)")
      }
    }
  }

  /// A vocabulary that does not fit 16 bits takes another layout of the symbols.
  @Test("Symbols of 32 bits equal symbols of 16 bits")
  func wideSymbols() throws {
    for seed in UInt64(10_000)..<10_200 {
      var corpus = RandomCorpus(seed: seed)
      let text = corpus.text()
      var options = TrainingOptions(vocabularySize: 60_000)
      let narrow = try Training(text, options).model
      options.vocabularySize = 70_000
      let wide = try Training(text, options).model
      #expect(wide == narrow, "seed \(seed)")
    }
  }

  private func compareEncoders(
    _ tokenizer: BPETokenizer, _ corpus: inout RandomCorpus, _ training: [UInt8], _ seed: UInt64
  ) throws {
    let reference = ReferenceEncoder(tokenizer)
    var encoder = try tokenizer.makeEncoder()
    for text in [training, corpus.text(longest: 120), corpus.text()] {
      let expected = reference.encode(text)
      #expect(try tokenizer.encode(text.span) == expected, "seed \(seed)")
      var ids: [Int32] = []
      encoder.encode(text.span, into: &ids)
      #expect(ids == expected, "seed \(seed)")
    }
  }
}
