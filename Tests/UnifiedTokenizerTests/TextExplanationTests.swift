import Testing
import Tokens
import UnifiedTokenizer

@Suite struct TextExplanationTests {
  @Test func normaliserChangesAndUnknownCharactersAreShown() throws {
    let ice = try fixtureTokenizer()
    let text = "  a  ﬁne Ａ☃☃\tx "
    let explanation = ice.explain(text)
    #expect(!explanation.isRecovered)
    #expect(
      explanation.changes == [
        .init(offset: 0, original: "  ", replacement: ""),
        .init(offset: 3, original: "  ", replacement: " "),
        .init(offset: 5, original: "ﬁ", replacement: "fi"),
        .init(offset: 11, original: "Ａ", replacement: "A"),
        .init(offset: 20, original: "\t", replacement: " "),
        .init(offset: 22, original: " ", replacement: ""),
      ])
    #expect(explanation.unknownCharacters == ["☃"])
    #expect(explanation.tokens.filter(\.isUnknown).count == 2)
    #expect(explanation.decoded.contains("⁇"))
  }

  @Test func unchangedTextIsRecovered() throws {
    let explanation = try fixtureTokenizer().explain("the glass tile 红色玻璃")
    #expect(explanation.isRecovered && explanation.changes.isEmpty)
    #expect(explanation.tokens.map(\.source).joined() == "the glass tile 红色玻璃")
  }

  @Test func lineBreaksAreAChangeUnlessTheyAreKept() throws {
    let ice = try fixtureTokenizer()
    #expect(!ice.explain("a\nb").isRecovered)
    #expect(ice.explain("a\nb", options: .init(keepsLineBreaks: true)).isRecovered)
  }

  @Test func emptyTextsExplainThemselves() throws {
    let ice = try fixtureTokenizer()
    #expect(ice.explain("").tokens.isEmpty && ice.explain("").isRecovered)
    #expect(ice.explain("   ").changes == [.init(offset: 0, original: "   ", replacement: "")])
  }
}
