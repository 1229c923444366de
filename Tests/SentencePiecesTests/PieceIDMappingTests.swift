import SentencePieces
import Testing
import Tokens

@Suite struct PieceIDMappingTests {
  @Test func xlmrNumbersPiecesTheFairseqWay() throws {
    let tokenizer = try Golden.tokenizer("unigram")
    let mapping = PieceIDMapping.xlmr
    // unk, <s>, </s> and the first ordinary pieces.
    #expect((0..<6).map { mapping.id(ofPiece: $0, unknown: 0) } == [3, 0, 2, 4, 5, 6])
    #expect(mapping.maskID(pieceCount: 250_000) == 250_001)
    let padded = mapping.encode("a glass tile", with: tokenizer)
    let plain = tokenizer.encode("a glass tile").map { $0 + 1 }
    #expect(padded.ids == [0] + plain + [2] + Array(repeating: 1, count: 77 - plain.count - 2))
    #expect(padded.mask.map(Int.init).reduce(0, +) == plain.count + 2)
    #expect(try mapping.decode(padded.ids, with: tokenizer) == "a glass tile")
  }

  @Test func mt5KeepsTheModelsIDs() throws {
    let tokenizer = try Golden.tokenizer("unigram-bytes")
    let padded = PieceIDMapping.mt5.encode("a glass tile", with: tokenizer)
    let plain = tokenizer.encode("a glass tile")
    #expect(padded.ids == plain + [1] + Array(repeating: 0, count: 76 - plain.count))
  }

  @Test(arguments: PieceIDMapping.allCases) func longTextsKeepTheirMarks(mapping: PieceIDMapping)
    throws
  {
    let tokenizer = try Golden.tokenizer("unigram")
    let text = String(repeating: "the glass ", count: 100)
    let padded = mapping.encode(text, with: tokenizer)
    #expect(padded.ids.count == 77 && padded.ids.last == mapping.endID)
    #expect(padded.mask.allSatisfy { $0 == 1 })
    #expect(mapping.encode(text, with: tokenizer, length: nil).ids.count > 77)
  }

  @Test func mappingsAreInvertible() {
    for id in [0, 2, 3] + Array(4...1200) as [TokenID] {
      let piece = PieceIDMapping.xlmr.piece(ofID: id, unknown: 0, pieceCount: 1200)
      #expect(piece.map { PieceIDMapping.xlmr.id(ofPiece: $0, unknown: 0) } == id)
    }
    #expect(PieceIDMapping.xlmr.piece(ofID: 1201, unknown: 0, pieceCount: 1200) == nil)
  }
}
