import Foundation
import SentencePieces
import TestSupport
import Testing
import Tokens
import UnifiedTokenizer

/// Our ids and texts against icetk 0.0.7 and ChatGLM's use of it, on the fixture's model.
@Suite struct ICEGoldenTests {
  private func compare(_ ice: ICETokenizer, _ section: ICEGolden.Section, _ lines: [String]) throws
  {
    #expect(ice.vocabularySize == section.size)
    let keeping = ICETokenizer.TextOptions(keepsLineBreaks: true)
    for (index, line) in lines.enumerated() {
      #expect(ice.encode(line) == section.folded[index], "\(line.debugDescription)")
      let kept = ice.encode(line, options: keeping)
      #expect(kept == section.kept[index], "\(line.debugDescription)")
      #expect(sameBytes(try ice.decodeText(kept), section.decoded[index]))
      let pieces = ice.tokenize(line)
      #expect(
        pieces.count == section.pieces[index].count
          && zip(pieces, section.pieces[index]).allSatisfy(sameBytes))
    }
    #expect(ice.encode(lines, options: keeping, threads: 2) == section.kept)
  }

  @Test func theModelAsItIs() throws {
    let golden = try ICEGolden.loaded.get()
    try compare(fixtureTokenizer(), golden.plain, golden.lines)
  }

  @Test func addedTokensEqualIcetk() throws {
    let golden = try ICEGolden.loaded.get()
    var ice = try fixtureTokenizer()
    let ids = try ice.addSpecialTokens([
      "<start_of_image>", "<start_of_english>", "<start_of_chinese>",
    ])
    #expect(ids == [0, 1, 2].map { TokenID(golden.plain.size) + $0 })
    try compare(ice, golden.special, golden.lines)
  }

  @Test func discouragedTokensEqualIcetkAndCanBeUndone() throws {
    let golden = try ICEGolden.loaded.get()
    var ice = try fixtureTokenizer()
    try ice.discourage(tokens: ["▁glass", "红色"])
    try ice.discourage(20900..<21100)
    try compare(ice, golden.discouraged, golden.lines)
    try ice.encourageAll()
    try compare(ice, golden.plain, golden.lines)
    #expect(ice.discouragedIDs.isEmpty)
  }

  @Test func theChatGLMProfileEqualsItsOriginal() throws {
    let golden = try ICEGolden.loaded.get()
    let ice = try fixtureTokenizer().extendedForChatGLM(imageVocabularySize: 0)
    #expect(ice.vocabularySize == golden.chatglm.size)
    var bare = ice.defaultTextOptions
    bare.startsWithSpace = false
    for (index, line) in golden.lines.enumerated() {
      let ids = ice.encode(line)
      #expect(ids == golden.chatglm.ids[index], "\(line.debugDescription)")
      #expect(ice.encode(line, options: bare) == golden.chatglm.bare[index])
      #expect(sameBytes(try ice.decodeText(ids), golden.chatglm.decoded[index]))
    }
  }

  /// ChatGLM-6B's own test vector for white space, told by name instead of by number: its ids are
  /// `5 130008 130010 130008 130012 4 5 4`.
  @Test func chatGLMWhiteSpaceFollowsItsPublishedVector() throws {
    let ice = try fixtureTokenizer().extendedForChatGLM(imageVocabularySize: 0)
    let ids = ice.encode("\t   \t     \n \n")
    #expect(
      ids.map { ice.token($0) } == [
        "▁", "<|tab|>", "<|blank_3|>", "<|tab|>", "<|blank_5|>", "<n>", "▁", "<n>",
      ])
    let base = try fixtureTokenizer().text.pieceCount
    #expect(ids[1] == TokenID(base + 8) && ids[2] == ids[1] + 2 && ids[4] == ids[1] + 4)
    #expect(try ice.decodeText(ids) == "\t   \t     \n \n")
  }

  static let path = ProcessInfo.processInfo.environment["TESSERA_ICE_TEXT_MODEL"]

  /// The vectors that icetk and ChatGLM-6B publish for the original model.
  @Test(
    .enabled(
      if: path != nil,
      """
      needs the original ice_text.model: download it from \
      https://huggingface.co/THUDM/chatglm-6b (Git LFS) or with icetk, and set \
      TESSERA_ICE_TEXT_MODEL to its path
      """))
  func theOriginalModelGivesItsPublishedIDs() throws {
    let text = try SentencePieceTokenizer(contentsOf: URL(fileURLWithPath: try #require(Self.path)))
    if text.pieceCount == 130_000 {
      let ice = try ICETokenizer(text: text)
      #expect(
        ice.encode("Hello World! I am icetk.")
          == [39316, 20932, 20035, 20115, 20344, 22881, 35955, 20007])
      #expect(
        ice.encode("你好世界！这里是 icetk。")
          == [20005, 94874, 84097, 20035, 94947, 22881, 35955, 83823])
    }
    let base = try ICETokenizer(text: text, imageVocabularySize: 0)
    let glm = base.profile == .chatGLM ? base : try base.extendedForChatGLM()
    #expect(glm.vocabularySize == 130_344)
    #expect(glm.encode("[Round 0]\n问：\t") == [53, 6945, 5, 8, 42, 4, 64286, 12, 130008])
    #expect(glm.encode("问题1") == [5, 63963, 9])
    let blanks = glm.encode("\t   \t     \n \n")
    #expect(blanks == [5, 130008, 130010, 130008, 130012, 4, 5, 4])
    #expect(try glm.decodeText(blanks) == "\t   \t     \n \n")
  }
}
