import Foundation
import TestSupport
import Testing
import UnifiedTokenizer

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

  @Test func aCutOffModelIsRefusedUnlessItIsSaidToBePartial() throws {
    let place = try Workplace()
    // Each piece has a byte for its field, one for its length, and that many.
    let bytes = try Fixtures.bytes("sentencepiece/unigram.model")
    var end = 0
    while end < 9000 { end += 2 + Int(bytes[end + 1]) }
    try place.write(bytes[..<end], to: "cut.model")
    let refused = try place.run("ice", "encode", "--model", "cut.model", "glass")
    #expect(refused.status == 65 && refused.complaints.count == 1)
    #expect(refused.errors.contains("cut.model: ") && refused.errors.contains("--partial-model"))
    let taken = try place.run("ice", "encode", "--model", "cut.model", "--partial-model", "glass")
    #expect(taken.status == 0 && taken.output.hasPrefix("200"))
  }

  /// A text of more than one block, odd lines among it.
  private func longText() throws -> [UInt8] {
    let corpus = try Fixtures.bytes("sentencepiece/corpus.txt")
    let odd: [UInt8] = Array("\n\n  two  spaces\tand a tab \r\n".utf8) + [0xFF, 0xC3, 0x0A]
    return (0..<12).flatMap { _ in corpus + odd } + Array("no line feed at the end".utf8)
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    let place = try Workplace()
    let text = try longText()
    let one = try place.run("ice", "encode", "--threads", "1", input: text)
    let ice = try ICETokenizer.embedded()
    #expect(text.count > 3 << 18 && one.status == 0 && one.errors.isEmpty)
    let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
      .split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    #expect(
      one.output
        == scalars.map { ice.encode($0).map(String.init).joined(separator: " ") + "\n" }.joined())
    let four = try place.run("ice", "encode", "--threads", "4", input: text)
    #expect(four.output == one.output)
    let back = try place.run("ice", "decode", "--threads", "1", input: one.output.utf8)
    let first = try ice.decodeText(ice.encode(scalars[0]))
    #expect(back.status == 0 && back.output.hasPrefix(first + "\n"))
    #expect(
      try place.run("ice", "decode", "--threads", "4", input: one.output.utf8).output
        == back.output)
  }

  @Test func aBadLineIsNamedAndThoseBeforeItAreWritten() throws {
    let place = try Workplace()
    let ids = "27427 27901\n" + String(repeating: "23648\n", count: 99_999) + "7 x\n23648\n"
    for threads in ["1", "4"] {
      let outcome = try place.run("ice", "decode", "--threads", threads, input: ids.utf8)
      #expect(outcome.status == 65 && outcome.complaints.count == 1)
      #expect(outcome.errors.hasPrefix("tessera: line 100001: 'x' is no id"))
      #expect(outcome.output == "你好\n" + String(repeating: "world\n", count: 99_999))
    }
  }

  @Test func drawnSegmentationsFollowTheSeed() throws {
    let place = try Workplace()
    let lines = (0..<1500).map { "the glass mosaic \($0)\n" }.joined()
    func draw(_ seed: String) throws -> String {
      let outcome = try place.run(
        "ice", "encode", "--sample", "0.2", "--seed", seed, input: lines.utf8)
      #expect(outcome.status == 0)
      return outcome.output
    }
    let first = try draw("7")
    #expect(try draw("7") == first)
    #expect(try draw("8") != first)
    let best = try place.run("ice", "encode", input: lines.utf8).output
    #expect(best != first)
    let decoded = try place.run("ice", "decode", input: first.utf8)
    #expect(decoded.output == lines)
  }

  @Test(arguments: [
    ["encode", "--mixed", "--pieces", "x"], ["encode", "--sample", "1", "--mixed", "x"],
    ["encode", "--nbest", "4", "x"], ["encode", "--codec", "default", "x"],
    ["decode", "-o", "d", "1"], ["decode", "--mixed", "--grid", "0x4", "1"],
    ["decode", "--mixed", "--codec", "default", "1"], ["encode", "--threads", "0", "x"],
  ])
  func optionsThatDoNotFitAreMisuse(arguments: [String]) throws {
    let outcome = try Command.Running(["ice"] + arguments).outcome()
    #expect(outcome.status == 2 && outcome.output.isEmpty && outcome.complaints.count == 1)
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
