import BytePairEncoding
import TestSupport
import Testing

/// Words too long for the heap, against the slow encoder.
struct LongWordEquivalenceTests {
  @Test("Long words", arguments: UInt64(0)..<6)
  func longWords(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let letters = Int.random(in: 1...6, using: &random)
    func word(_ count: Int) -> [UInt8] {
      // "é" costs two bytes, "?" is unknown to the model.
      let runs = Bool.random(using: &random)
      var bytes: [UInt8] = []
      while bytes.count < count {
        let letter = UInt8(0x61 + Int.random(in: 0..<letters, using: &random))
        let times = runs ? Int.random(in: 1...9, using: &random) : 1
        switch Int.random(in: 0..<200, using: &random) {
        case 0: bytes += [0xC3, 0xA9]
        default: bytes += [UInt8](repeating: letter, count: times)
        }
      }
      return bytes
    }
    var options = TrainingOptions(vocabularySize: 8 + letters + 1)
    options.vocabularySize += Int.random(in: 0...120, using: &random)
    var training: [UInt8] = [0xC3, 0xA9]
    for _ in 0..<60 { training += [0x20] + word(40) }
    let counts = WordCounts(countingWordsOf: training)
    let tokenizer = try BPETokenizer.train(on: counts, options: options)
    let reference = ReferenceEncoder(tokenizer)
    for count in [2060] {
      let text = word(count) + [0x3F, 0x3F] + word(3)
      #expect(try tokenizer.encode(text.span) == reference.encode(text), "seed \(seed), \(count)")
    }
  }
}
