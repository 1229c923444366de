import BytePairEncoding
import TestSupport
import Testing

/// Encoding with a memory of words against encoding without, on more words than the memory holds.
struct WordCacheEquivalenceTests {
  @Test func moreWordsThanTheCacheHolds() throws {
    var random = SeededGenerator(seed: 7)
    let tokenizer = try BPETokenizer.train(
      on: ["abc abd abe cab dab bad \u{436}\u{436}"], options: TrainingOptions(vocabularySize: 24))
    var encoder = try tokenizer.makeEncoder()
    // Lengths around 8 and 16, where the cache changes its ways; zero bytes; results of more than
    // forty bytes; frequent words between rare ones.
    let letters: [UInt8] = [0x61, 0x62, 0x63, 0x64, 0x65, 0x00]
    for round in 0..<40 {
      var text: [UInt8] = []
      for _ in 0..<12_000 {
        let frequent = Bool.random(using: &random)
        let length =
          frequent ? Int.random(in: 1...3, using: &random) : Int.random(in: 1...20, using: &random)
        for _ in 0..<length {
          text.append(letters[Int.random(in: 0..<letters.count, using: &random)])
        }
        text.append(0x20)
      }
      var ids: [Int32] = []
      encoder.encode(text.span, into: &ids)
      #expect(try ids == tokenizer.encode(text.span), "round \(round)")
    }
  }
}
