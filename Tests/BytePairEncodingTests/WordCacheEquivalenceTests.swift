import BytePairEncoding
import TestSupport
import Testing

/// Encoding with a memory of words against encoding without.
struct WordCacheEquivalenceTests {
  /// From a memory of two words, where everything collides, to one that grows on the way.
  @Test(arguments: [2, 16, 1 << 13, 1 << 15])
  func moreWordsThanTheCacheHolds(cacheLines: Int) throws {
    var random = SeededGenerator(seed: 7)
    let tokenizer = try BPETokenizer.train(
      on: ["abc abd abe cab dab bad \u{436}\u{436}"], options: TrainingOptions(vocabularySize: 24))
    var encoder = tokenizer.makeEncoder(cacheLines: cacheLines)
    // Lengths around 8 and 16, where the cache changes its ways, and around 62 symbols, where the
    // merger does; zero bytes; results of more than forty bytes; unknown and invalid bytes; frequent
    // words between rare ones.
    let letters: [[UInt8]] = [
      [0x61], [0x62], [0x63], [0x64], [0x65], [0x00], [0xD0, 0xB6], [0xFF], [0xD0],
    ]
    for round in 0..<6 {
      var text: [UInt8] = []
      for _ in 0..<4_000 {
        let kind = Int.random(in: 0..<100, using: &random)
        let length =
          kind < 50
          ? Int.random(in: 1...3, using: &random)
          : Int.random(in: kind < 98 ? 1...20 : 50...180, using: &random)
        // All letters in a few words only: with them a word takes another way.
        let letterCount = kind % 8 == 0 ? letters.count : 5
        for _ in 0..<length { text += letters[Int.random(in: 0..<letterCount, using: &random)] }
        text.append(0x20)
      }
      var ids: [Int32] = []
      encoder.encode(text.span, into: &ids)
      #expect(try ids == tokenizer.encode(text.span), "round \(round)")
    }
  }
}
