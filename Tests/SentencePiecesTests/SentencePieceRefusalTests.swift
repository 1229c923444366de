import SentencePieces
import TestSupport
import Testing

@Suite struct SentencePieceRefusalTests {
  private func reason(_ bytes: [UInt8]) -> SentencePieceError.Reason? {
    do throws(SentencePieceError) {
      _ = try SentencePieceTokenizer(modelBytes: bytes)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func gitLFSPointerIsNamed() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 5\n"
    #expect(reason(Array(pointer.utf8)) == .gitLFSPointer)
  }

  @Test func foreignFilesAreRefused() {
    for bytes in [
      [], Array("%PDF-1.4 text".utf8), [0x50, 0x4B, 3, 4], [UInt8](repeating: 0, count: 99),
    ] {
      #expect(reason(bytes) != nil)
    }
  }

  @Test(arguments: Golden.names) func everyTruncationIsRefused(name: String) throws {
    let bytes = try Fixtures.bytes("sentencepiece/\(name).model")
    // The specifications come last; a cut inside the pieces may end between two of them, and then
    // what is left is a smaller model that says nothing of what it lost.
    var generator = SeededGenerator(seed: 86)
    for _ in 0..<200 {
      let length = Int.random(in: 0..<bytes.count, using: &generator)
      let cut = Array(bytes[..<length])
      if let tokenizer = try? SentencePieceTokenizer(modelBytes: cut) {
        #expect(tokenizer.pieceCount < 1500)
        _ = tokenizer.encode("the glass 玻璃 x")
      }
    }
  }

  @Test(arguments: Golden.names) func damagedBytesNeverTrap(name: String) throws {
    let bytes = try Fixtures.bytes("sentencepiece/\(name).model")
    var generator = SeededGenerator(seed: 87)
    for _ in 0..<150 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        damaged[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      guard let tokenizer = try? SentencePieceTokenizer(modelBytes: damaged) else { continue }
      let ids = tokenizer.encode("the glass ﬁne 玻璃 Ａ  é x 😀")
      _ = try tokenizer.decode(ids)
    }
  }

  private func edited(_ edit: (inout SentencePieceModel) -> Void) throws
    -> SentencePieceError.Reason?
  {
    var model = try Golden.tokenizer("bpe").model
    edit(&model)
    return reason(model.serialized())
  }

  @Test func brokenVocabulariesAreRefused() throws {
    #expect(try edited { $0.pieces[300].text = "" } == .emptyPiece(id: 300))
    #expect(
      try edited { $0.pieces[400].text = $0.pieces[300].text }
        == .duplicatePiece(Golden.tokenizer("bpe").model.pieces[300].text, first: 300, second: 400))
    #expect(try edited { $0.pieces[400].score = .nan } == .scoreNotFinite(id: 400))
    #expect(try edited { $0.pieces[0].type = .normal } == .unknownPieceCount(0))
    #expect(try edited { $0.pieces[500].type = .unknown } == .unknownPieceCount(2))
    #expect(try edited { $0.pieces[10].type = .normal } == .bytePieceCount(255))
    #expect(try edited { $0.pieces = [] } != nil)
  }

  @Test func idsOutsideTheVocabularyAreRefused() throws {
    let tokenizer = try Golden.tokenizer("bpe")
    let count = tokenizer.pieceCount
    #expect(
      throws: SentencePieceError(.idOutOfRange(id: count, index: 1, pieceCount: count))
    ) { try tokenizer.decode([5, Int32(count)]) }
    #expect(throws: SentencePieceError(.idOutOfRange(id: -1, index: 0, pieceCount: count))) {
      try tokenizer.decode([-1])
    }
    #expect(tokenizer.piece(-1) == nil && tokenizer.piece(Int32(count)) == nil)
  }

  @Test func canonicallyEquivalentPiecesAreDifferent() throws {
    var model = try Golden.tokenizer("bpe").model
    model.pieces.append(.init(text: "\u{E9}\u{E9}\u{E9}", score: -1e6))
    model.pieces.append(.init(text: "e\u{301}e\u{301}e\u{301}", score: -1e6))
    let tokenizer = try SentencePieceTokenizer(model)
    #expect(
      tokenizer.id(of: "\u{E9}\u{E9}\u{E9}") != tokenizer.id(of: "e\u{301}e\u{301}e\u{301}"))
  }
}
