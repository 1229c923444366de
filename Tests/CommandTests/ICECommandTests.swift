import Foundation
import TestSupport
import Testing

@Suite struct ICECommandTests {
  @Test func theEmbeddedVocabularyAnswersAtOnce() throws {
    let encoded = try Command.run("ice", "encode", "你好 world")
    #expect(encoded.status == 0 && encoded.errors.isEmpty)
    #expect(encoded.output == "20005 27427 27901 23648\n")
    let decoded = try Command.run("ice", "decode", "20005 27427 27901 23648")
    #expect(decoded.output == "你好 world\n")
    let pieces = try Command.run("ice", "encode", "--pieces", "你好 world")
    #expect(pieces.output == "▁ 你 好 ▁world\n")
  }

  @Test func aModelGivesItsOwnIDsWithoutImageCodes() throws {
    let model = Fixtures.url("sentencepiece/unigram.model").path
    let plain = try Command.run("ice", "encode", "--model", model, "--image-codes", "0", "glass")
    let unified = try Command.run("ice", "encode", "--model", model, "glass")
    let shifted = plain.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
      .map { "\($0 + 20000)" }.joined(separator: " ")
    #expect(plain.status == 0 && unified.output == shifted + "\n")
  }

  @Test func profilesAndAddedTokensAreTakenFromTheCommandLine() throws {
    let blanks = try Command.run("ice", "encode", "--profile", "chatglm", "--pieces", "a    b")
    #expect(blanks.output == "▁a <|blank_4|> b\n")
    let added = try Command.run(
      "ice", "encode", "--add", "<start_of_image>", "cat<start_of_image>")
    #expect(added.output.hasSuffix(" 36000\n"))
    let kept = try Command.run(
      "ice", "encode", "--line-breaks", "--escapes", "--pieces", #"one\ntwo"#)
    #expect(kept.output.contains(" <n> "))
  }

  @Test func explanationsShowWhatIsLost() throws {
    let text = try Command.run("ice", "explain", "ﬁne ☃")
    #expect(text.output.contains("at byte 0: 'ﬁ' became 'fi'"))
    #expect(text.output.contains("☃  (not in the vocabulary)"))
    #expect(text.output.hasSuffix("not the same text\n"))
    let json = try Command.run("ice", "explain", "--json", "fine")
    #expect(json.output.contains(#""recovered":true"#))
  }

  @Test func trainingWritesModelAndLayout() throws {
    let place = try Workplace()
    let lines = try String(
      contentsOf: Fixtures.url("sentencepiece/corpus.txt"), encoding: .utf8
    ).split(separator: "\n")
    func isChinese(_ line: Substring) -> Bool {
      line.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }
    try place.write(lines.filter(isChinese).joined(separator: "\n"), to: "zh.txt")
    try place.write(lines.filter { !isChinese($0) }.joined(separator: "\n"), to: "en.txt")
    let first = try place.run(
      "ice", "train", "zh.txt", "en.txt", "--vocab-size", "800", "-o", "a.model")
    #expect(first.status == 0 && first.errors.isEmpty)
    #expect(first.output.contains("special   [20000, 20005)"))
    _ = try place.run("ice", "train", "zh.txt", "en.txt", "--vocab-size", "800", "-o", "b.model")
    #expect(try place.bytes("a.model") == place.bytes("b.model"))
    #expect(String(decoding: try place.bytes("a.json"), as: UTF8.self).contains("\"size\": 20800"))
    let encoded = try place.run("ice", "encode", "--model", "a.model", "红色 glass")
    #expect(encoded.status == 0 && encoded.output.hasPrefix("2000"))
  }

  @Test(arguments: [
    ["decode", "5"], ["decode", "cat"], ["decode", "36000"], ["encode", "--model", "none", "x"],
    ["encode", "--model", "lfs", "x"], ["encode", "--add", "ｗｉｄｅ", "x"],
    ["train", "none", "-o", "m", "--vocab-size", "800"],
    ["train", "lfs", "-o", "m", "--vocab-size", "800"],
  ])
  func unusableInputIsOneLine(arguments: [String]) throws {
    let place = try Workplace()
    try place.write("version https://git-lfs.github.com/spec/v1\n", to: "lfs")
    let outcome = try Command.Running(["ice"] + arguments, in: place.url).outcome()
    #expect(outcome.status == 65 && outcome.output.isEmpty && outcome.complaints.count == 1)
    #expect(outcome.errors.hasPrefix("tessera: "))
    #expect(!place.exists("m") && !place.exists("m.json"))
  }
}
