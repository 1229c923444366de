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
    var generator = SeededGenerator(seed: 86)
    for _ in 0..<200 {
      let length = Int.random(in: 0..<bytes.count, using: &generator)
      #expect(reason(Array(bytes[..<length])) != nil, "cut at byte \(length)")
    }
  }

  /// Where the fields of a model file end: a file cut there is well-formed.
  private func fieldEnds(_ bytes: [UInt8]) -> [(number: UInt8, end: Int)] {
    var ends: [(UInt8, Int)] = []
    var position = 0
    while position < bytes.count {
      let number = bytes[position] >> 3
      var (length, shift) = (0, 0)
      repeat {
        position += 1
        length |= Int(bytes[position] & 0x7F) << shift
        shift += 7
      } while bytes[position] >= 0x80
      position += 1 + length
      ends.append((number, position))
    }
    return ends
  }

  @Test(arguments: Golden.names) func aFileCutBetweenTwoFieldsIsRefused(name: String) throws {
    let bytes = try Fixtures.bytes("sentencepiece/\(name).model")
    let ends = fieldEnds(bytes)
    let pieces = ends.filter { $0.number == 1 }
    #expect(pieces.count > 1000 && ends.last?.end == bytes.count)
    for index in [300, pieces.count / 2, pieces.count - 1] {
      let cut = Array(bytes[..<pieces[index].end])
      #expect(reason(cut) == .specificationMissing("trainer", pieceCount: index + 1))
      let tokenizer = try SentencePieceTokenizer(modelBytes: cut, acceptsPartial: true)
      #expect(tokenizer.pieceCount == index + 1)
    }
    let trainer = try #require(ends.first { $0.number == 2 })
    #expect(
      reason(Array(bytes[..<trainer.end]))
        == .specificationMissing("normaliser", pieceCount: pieces.count))
    let message = "\(SentencePieceError(.specificationMissing("trainer", pieceCount: 7)))"
    #expect(message.contains("cut off: 7 pieces") && message.contains("--partial-model"))
  }

  @Test func missingPiecesAreTold() throws {
    let bytes = try Fixtures.bytes("sentencepiece/unigram.model")
    let ends = fieldEnds(bytes)
    // A stretch of pieces is gone, the specifications are there.
    let hole = Array(bytes[..<ends[500].end] + bytes[ends[700].end...])
    let count = ends.count { $0.number == 1 }
    #expect(reason(hole) == .piecesMissing(stated: count, found: count - 200))
    let partial = try SentencePieceTokenizer(modelBytes: hole, acceptsPartial: true)
    // Written again it states what it has.
    #expect(reason(partial.model.serialized()) == nil)
    // More pieces than stated are how vocabularies are extended.
    let extended = Array(bytes[..<ends[0].end]) + [0x0A, 8, 0x0A, 6] + Array("□□".utf8)
    #expect(reason(extended + bytes[ends[0].end...]) == nil)
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
