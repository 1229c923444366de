import BytePairEncoding
import Corpora
import Foundation
import TestSupport
import Testing

/// The files printed in `Formats/yttm-model.md` and `Formats/counts.md`.
struct DocumentedTests {
  private func document(_ name: String) throws -> String {
    let url = Fixtures.repository.appendingPathComponent("Formats").appendingPathComponent(name)
    return try String(contentsOf: url, encoding: .utf8)
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "    \($0)\n" }.joined()
  }

  @Test func modelFile() throws {
    let model = try Training(Array("ab ab aab".utf8), TrainingOptions(vocabularySize: 9)).model
    let text = String(decoding: model.fileBytes, as: UTF8.self)
    #expect(try document("yttm-model.md").contains(indented(text)), "\(text)")
  }

  @Test func countsFile() throws {
    let counts = WordCounts(countingWordsOf: Array("to be or not to be\n".utf8))
    var bytes: [UInt8] = []
    counts.writeText { for index in $0.indices { bytes.append($0[index]) } }
    let text = String(decoding: bytes, as: UTF8.self)
    let shown = indented(text).replacingOccurrences(of: "\t", with: "<tab>")
    #expect(try document("counts.md").contains(shown), "\(text)")
  }

  /// Counts written and read again are the same, whatever bytes the words have.
  @Test func countsRoundTrip() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("counts")
    for seed in UInt64(0)..<20 {
      var corpus = RandomCorpus(seed: 90_000 + seed)
      let text = corpus.text(longest: 4000)
      let counts = WordCounts(countingWordsOf: text)
      var bytes: [UInt8] = []
      counts.writeText { for index in $0.indices { bytes.append($0[index]) } }
      try Data(bytes).write(to: file)
      let again = try WordCounts(reading: [.file(file.path), .file(file.path)])
      #expect(again.uniqueCount == counts.uniqueCount)
      #expect(again.totalCount == 2 * counts.totalCount)
      #expect(again.separatorCount == 2 * counts.separatorCount)
    }
  }

  /// A dropout stream depends on its seed and the sentence's number, not on threads.
  @Test func seededDropoutIgnoresThreads() throws {
    let tokenizer = try BPETokenizer(model: try Vectors.model("model/words.model"))
    let lines = (0..<400).map { "abcdefghij jihgf abcabc bca abcdefg \($0 % 7 == 0 ? "abc" : "")" }
    let options = EncodingOptions(dropout: .seeded(probability: 0.3, seed: 7))
    let one = try tokenizer.encode(batch: lines, options: options, threads: 1)
    #expect(try tokenizer.encode(batch: lines, options: options, threads: 4) == one)
    let other = EncodingOptions(dropout: .seeded(probability: 0.3, seed: 8))
    #expect(try tokenizer.encode(batch: lines, options: other, threads: 4) != one)
    let all = try tokenizer.encode("abc", options: .init(dropout: .seeded(probability: 1, seed: 1)))
    #expect(all.count == 4)
    #expect(throws: BPEError(.dropoutOutOfRange(1.5))) {
      _ = try tokenizer.encode("a", options: .init(dropout: .compatible(probability: 1.5)))
    }
  }
}
