import SentencePieces
import TestSupport
import Testing
import Tokens

/// Our encoders and decoder against libsentencepiece, on text and ids nobody chose.
@Suite struct SentencePieceEquivalenceTests {
  @Test(arguments: Golden.names) func encodingEqualsTheLibrary(name: String) throws {
    let tokenizer = try Golden.tokenizer(name)
    var text = RandomText(seed: 81)
    for _ in 0..<4000 {
      let line = text.line()
      let ids = tokenizer.encode(line)
      #expect(try tokenizer.segmentsAsWellAsTheLibrary(line), "\(line.debugDescription)")
      #expect(sameBytes(try tokenizer.decode(ids), try tokenizer.decodeWithLibrary(ids)))
    }
  }

  @Test(arguments: Golden.names) func editedModelsStillEqualTheLibrary(name: String) throws {
    var generator = SeededGenerator(seed: 82)
    var model = try Golden.tokenizer(name).model
    model.pieces.append(.init(text: "<start_of_image>", score: 0))
    model.pieces.append(.init(text: "世界you", score: -1, type: .userDefined))
    for id in model.pieces.indices
    where model.pieces[id].type == .normal && Int.random(in: 0..<9, using: &generator) == 0 {
      model.pieces[id].type = .unused
    }
    let tokenizer = try SentencePieceTokenizer(model)
    var text = RandomText(seed: 83)
    for _ in 0..<1500 {
      let line = text.line() + ["", "世界you", "<start_of_image>"].randomElement(using: &generator)!
      #expect(try tokenizer.segmentsAsWellAsTheLibrary(line), "\(line.debugDescription)")
    }
  }

  @Test func longWordsEqualTheLibrary() throws {
    let tokenizer = try Golden.tokenizer("bpe")
    var generator = SeededGenerator(seed: 84)
    for length in [23, 24, 25, 26, 300, 5000] {
      let word = String(
        (0..<length).map { _ in "themosaictke玻璃字".randomElement(using: &generator)! })
      #expect(tokenizer.encode(word) == (try tokenizer.encodeWithLibrary(word)))
    }
  }

  @Test func threadsDoNotChangeTheResult() throws {
    let tokenizer = try Golden.tokenizer("unigram")
    var text = RandomText(seed: 85)
    let lines = (0..<501).map { _ in text.line() }
    let expected = lines.map { tokenizer.encode($0) }
    for threads in [1, 2, 3, 16, 1000] {
      #expect(tokenizer.encode(lines, threads: threads) == expected)
    }
    #expect(tokenizer.encode([], threads: 4).isEmpty)
  }

  @Test func offsetsFollowTheNormaliser() throws {
    let tokenizer = try Golden.tokenizer("unigram")
    let text = "  Ａ  ﬁne "
    let (bytes, offsets) = tokenizer.normalizeWithOffsets(text)
    #expect(String(decoding: bytes, as: UTF8.self) == "▁A▁fine")
    // ▁ ▁ ▁ A ▁ ▁ ▁ f i n e, and the end: "Ａ" is at byte 2, the first space after it at 5,
    // the ligature at 7, n at 10, e at 11.
    #expect(offsets == [2, 2, 2, 2, 5, 5, 5, 7, 7, 10, 11, 12])
  }
}
