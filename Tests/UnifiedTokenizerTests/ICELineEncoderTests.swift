import TestSupport
import Testing
import Tokens
import UnifiedTokenizer

/// The line encoder against the tokenizer's calls, line by line.
@Suite struct ICELineEncoderTests {
  private func lines(_ ids: [[TokenID]]) -> String {
    ids.map { $0.map(String.init).joined(separator: " ") + "\n" }.joined()
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func linesBecomeWhatTheTokenizerMakesOfThem() throws {
    let golden = try ICEGolden.loaded.get()
    let source = golden.lines.filter { !$0.utf8.contains(0x0A) } + ["", " ", "\r", ""]
    let block = Array((source.joined(separator: "\n") + "\n").utf8)
    for ice in [try fixtureTokenizer(), try fixtureTokenizer().extendedForChatGLM()] {
      var bare = ice.defaultTextOptions
      bare.startsWithSpace = false
      for options in [ice.defaultTextOptions, .init(), .init(keepsLineBreaks: true), bare] {
        let expected = lines(source.map { ice.encode($0, options: options) })
        #expect(text(ICELineEncoder(ice, options: options).encode(block)) == expected)
        // The last line feed may be missing.
        #expect(
          text(ICELineEncoder(ice, options: options).encode(block.dropLast() + [0x78]))
            == lines((source.dropLast() + ["x"]).map { ice.encode($0, options: options) }))
      }
      #expect(
        text(ICELineEncoder(ice, output: .pieces).encode(block))
          == source.map { ice.tokenize($0).joined(separator: " ") + "\n" }.joined())
    }
  }

  @Test func bytesThatAreNoTextBecomeTheReplacementCharacter() throws {
    let ice = try fixtureTokenizer()
    let block: [UInt8] = Array("a tile ".utf8) + [0xFF, 0xE7, 0x8E, 0x0A] + Array("glass".utf8)
    #expect(
      text(ICELineEncoder(ice).encode(block))
        == lines([ice.encode("a tile \u{FFFD}\u{FFFD}"), ice.encode("glass")]))
  }

  @Test func aPreparationMayBringInLineBreaks() throws {
    let ice = try fixtureTokenizer()
    let options = ICETokenizer.TextOptions(keepsLineBreaks: true)
    let encoder = ICELineEncoder(ice, options: options) {
      $0.split(separator: "|").joined(separator: "\n")
    }
    let expected = lines([ice.encode("a\nglass", options: options)])
    #expect(text(encoder.encode(Array("a|glass\n".utf8))) == expected)
    #expect(text(ICELineEncoder(ice, options: options).encode(line: "a\nglass")) == expected)
  }

  @Test func noLinesAreNoLines() throws {
    #expect(ICELineEncoder(try fixtureTokenizer()).encode([]).isEmpty)
  }
}
