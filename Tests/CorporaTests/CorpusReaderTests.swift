import Corpora
import Foundation
import TestSupport
import Testing

/// What comes out of each format, and what is refused.
struct CorpusReaderTests {
  /// All text of a corpus made of `bytes`.
  static func read(
    _ bytes: [UInt8], _ format: Corpus.Format = .text, _ column: Corpus.Column? = nil
  ) throws -> String {
    let url = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: url) }
    let file = url.appendingPathComponent("corpus")
    try Data(bytes).write(to: file)
    let reader = try CorpusReader(Corpus([.file(file.path)], format: format, column: column))
    var text: [UInt8] = []
    while let block = try reader.next() {
      for index in block.text.indices { text.append(block.text[index]) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  static func read(
    _ text: String, _ format: Corpus.Format, _ column: Corpus.Column? = nil
  ) throws -> String { try read(Array(text.utf8), format, column) }

  @Test func textComesAsItIs() throws {
    #expect(try Self.read("", .text) == "")
    #expect(try Self.read("a b\r\nc\0d", .text) == "a b\r\nc\0d")
    // Larger than a block, with a word across each boundary.
    let long = String(repeating: "abcdefg hijk\n", count: 300_000)
    #expect(try Self.read(long, .text) == long)
    let word = String(repeating: "x", count: 3 << 20)
    #expect(try Self.read("a \(word) b", .text) == "a \(word) b")
  }

  @Test func tabSeparated() throws {
    let table = "a red cat\thttp://x\n\na \"quoted\" cat\thttp://y\r\nlast\tz"
    #expect(try Self.read(table, .tsv) == "a red cat\na \"quoted\" cat\nlast\n")
    #expect(try Self.read(table, .tsv, .index(1)) == "http://x\nhttp://y\nz\n")
    let named = "url\tcaption\nu\tone\nv\ttwo\n"
    #expect(try Self.read(named, .tsv, .name("caption")) == "one\ntwo\n")
  }

  @Test func commaSeparated() throws {
    let table =
      "\u{FEFF}id,caption\r\n1,\"a \"\"red\"\", old cat\"\r\n2,\"two\nlines\"\r\n3,plain\r\n"
    #expect(try Self.read(table, .csv) == "a \"red\", old cat\ntwo\nlines\nplain\n")
    #expect(try Self.read("x,y\n1,2\n", .csv, .index(1)) == "y\n2\n")
  }

  @Test func jsonLines() throws {
    let lines = #"""
      {"id": 1, "caption": "caf\u00e9 \ud83d\ude00 \"q\" a\/b\n"}
      {"caption": ["one", "two"], "x": [1, {"caption": "inner"}, -2.5e3, null, true]}
      {"other": "nothing"}
      {"caption": null}

      {"caption": "lone \ud83d surrogate"}
      """#
    #expect(
      try Self.read(lines, .jsonl)
        == "café 😀 \"q\" a/b\n\none\ntwo\nlone \u{FFFD} surrogate\n")
    #expect(try Self.read(lines, .jsonl, .name("other")) == "nothing\n")
  }

  @Test func cocoAnnotations() throws {
    let json = #"""
      {"info": {"caption": "not this"}, "annotations": [
        {"image_id": 1, "id": 2, "caption": "A cat."}, {"caption": "A dog.", "bbox": [1, 2]}],
       "images": [{"caption": "nor this"}]}
      """#
    #expect(try Self.read(json, .coco) == "A cat.\nA dog.\n")
  }

  private func error(_ text: String, _ format: Corpus.Format, _ column: Corpus.Column? = nil) throws
    -> CorpusError?
  {
    #expect(throws: CorpusError.self) { _ = try Self.read(text, format, column) }
  }

  @Test func refusals() throws {
    let short = try error("a\tb\nc\n", .tsv, .index(1))
    #expect(short?.reason == .missingColumn(name: "2", columnCount: 1))
    #expect(short?.line == 2)
    let unknown = try error("id,text\n1,a\n", .csv)
    #expect(unknown?.reason == .unknownColumn(name: "caption", known: ["id", "text"]))
    let quote = try error("caption\n\"open\n\n", .csv)
    #expect(quote?.reason == .unclosedQuote)
    #expect(quote?.line == 2)
    #expect(try error("{\"a\": 1}\n", .jsonl)?.reason == .noCaptions(key: "caption"))
    for text in [
      "[1]", "{\"caption\": 5}", "{\"caption\": \"open", "{\"caption\" \"x\"}", "{",
      "{\"a\": [1, 2",
      "{\"caption\": \"\\q\"}", "{\"caption\": \"\\u12\"}", "nonsense",
      "{\"a\": \(String(repeating: "[", count: 600))",
    ] {
      let error = try error(text, .jsonl)
      guard case .invalidJSON = error?.reason else {
        Issue.record("\(text.prefix(20)): \(error.map { "\($0)" } ?? "no error")")
        continue
      }
    }
    for text in ["[]", "{\"annotations\": 1}", "{\"annotations\": [1]}", "{\"annotations\": [{"] {
      #expect(try error(text, .coco) != nil, "\(text)")
    }
    #expect(try error("{\"annotations\": []}", .coco)?.reason == .noCaptions(key: "caption"))
  }

  @Test func missingFilesAreRefusedAtOnce() throws {
    let error = #expect(throws: CorpusError.self) {
      _ = try CorpusReader(Corpus([.file("/nonexistent/corpus.txt")]))
    }
    #expect(error?.description.hasPrefix("Failed to open file: /nonexistent/corpus.txt") == true)
  }
}
