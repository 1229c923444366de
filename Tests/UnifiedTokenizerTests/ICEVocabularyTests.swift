import SentencePieces
import TestSupport
import Testing
import Tokens
import UnifiedTokenizer

@Suite struct ICEVocabularyTests {
  @Test func idsAndSpellingsAreInverse() throws {
    let ice = try fixtureTokenizer()
    for id in [0, 1, 7, 19999] + Array(20000..<TokenID(ice.vocabularySize)) {
      #expect(try ice.id(of: #require(ice.token(id))) == id)
    }
    #expect(ice.token(-1) == nil && ice.token(TokenID(ice.vocabularySize)) == nil)
    #expect(ice.id(of: "<image_7>") == 7)
    for unknown in ["<image_20000>", "<image_>", "<image_-1>", "<image_99999999999>", "no such"] {
      #expect(ice.id(of: unknown) == nil)
    }
    #expect(ice.id(of: "<unk>") == 20000)
  }

  @Test func addingATokenTwiceGivesItsIDAgain() throws {
    var ice = try fixtureTokenizer()
    let original = ice
    let size = TokenID(ice.vocabularySize)
    #expect(try ice.addSpecialTokens(["<a>", "<b>", "<a>"]) == [size, size + 1, size])
    #expect(try ice.addSpecialTokens(["<b>", "<c>", "<n>"]) == [size + 1, size + 2, 20004])
    #expect(ice.encode("x<b>y").contains(size + 1))
    #expect(original.vocabularySize == Int(size) && original.id(of: "<a>") == nil)
  }

  @Test func aRefusedTokenChangesNothing() throws {
    var ice = try fixtureTokenizer()
    let size = ice.vocabularySize
    #expect(
      throws: UnifiedTokenizerError(.tokenIsNormalized(token: "ｗｉｄｅ", becomes: "wide"))
    ) { try ice.addSpecialTokens(["<fine>", "ｗｉｄｅ"]) }
    #expect(throws: UnifiedTokenizerError.self) { try ice.addSpecialTokens(["two words"]) }
    #expect(throws: UnifiedTokenizerError(.emptyToken)) { try ice.addSpecialTokens([""]) }
    #expect(ice.vocabularySize == size && ice.id(of: "<fine>") == nil)
  }

  @Test func aRefusedDiscouragementChangesNothing() throws {
    var ice = try fixtureTokenizer()
    let end = TokenID(ice.vocabularySize)
    #expect(throws: UnifiedTokenizerError(.noSuchToken("zebra"))) {
      try ice.discourage(tokens: ["▁glass", "zebra"])
    }
    #expect(throws: UnifiedTokenizerError(.imageInText(id: 5, index: 1))) {
      try ice.discourage([20010, 5])
    }
    #expect(
      throws: UnifiedTokenizerError(.idOutOfRange(id: Int(end), index: 0, size: Int(end)))
    ) { try ice.discourage([end]) }
    #expect(ice.discouragedIDs.isEmpty)
    try ice.discourage(tokens: ["▁glass"])
    try ice.discourage(tokens: ["▁glass"])
    #expect(ice.discouragedIDs == [try #require(ice.id(of: "▁glass"))])
    try ice.encourageAll()
    #expect(
      ice.text.model.pieces.map(\.score) == (try fixtureTokenizer()).text.model.pieces.map(\.score))
  }

  @Test func bpeModelsAreRefusedWhereOnlyUnigramWorks() throws {
    var ice = try ICETokenizer(
      text: SentencePieceTokenizer(contentsOf: Fixtures.url("sentencepiece/bpe.model")))
    #expect(throws: UnifiedTokenizerError(.needsUnigram(operation: "adding a token"))) {
      try ice.addSpecialTokens(["<x>"])
    }
    #expect(throws: UnifiedTokenizerError(.needsUnigram(operation: "discouraging a token"))) {
      try ice.discourage([20300])
    }
    #expect(throws: UnifiedTokenizerError.self) { try ice.extendedForChatGLM() }
    #expect(throws: UnifiedTokenizerError.self) {
      try ICETokenizer(text: ice.text, profile: .chatGLM)
    }
  }

  @Test func chatGLMPiecesComeInTheirOrder() throws {
    let base = try fixtureTokenizer()
    let glm = try base.extendedForChatGLM()
    let first = TokenID(base.vocabularySize)
    #expect(glm.profile == .chatGLM && glm.vocabularySize == base.vocabularySize + 344)
    #expect(glm.id(of: "[MASK]") == first && glm.id(of: "<dBLOCK>") == first + 7)
    #expect(glm.id(of: "<|tab|>") == first + 8 && glm.id(of: "<|blank_80|>") == first + 87)
    #expect(glm.id(of: "<0x00>") == first + 88 && glm.id(of: "<0xFF>") == first + 343)
    // A saved model is recognised for what it is.
    let again = try ICETokenizer(text: SentencePieceTokenizer(glm.text.model))
    #expect(again.profile == .chatGLM)
  }
}
