import BytePairEncoding
import Corpora
import Foundation
import TestSupport
import Testing

/// Model files, sidecars and counts that must be refused, and with which line.
struct ModelRefusalTests {
  private func refuse(_ text: String) -> BPEError? {
    let bytes = Array(text.utf8)
    do throws(BPEError) {
      _ = try BPEModel(fileBytes: bytes.span)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "Invalid models",
    arguments: [
      ("", 1, "ends before the number of characters"), ("{\"a\": 1}", 1, "JSON"),
      ("version https://git-lfs.github.com", 1, "Git LFS"), ("0 0\n1 0 2 3\n", 1, "not in 1..."),
      ("1 0\n9601 x\n", 2, "found \"x\""), ("1 0\n97 4\n1 0 2 3\n", 2, "9601"),
      ("2 0\n9601 4\n9601 5\n1 0 2 3\n", 3, "listed twice"),
      ("2 0\n9601 4\n97 4\n1 0 2 3\n", 3, "defined twice"),
      ("2 0\n9601 4\n55296 5\n1 0 2 3\n", 3, "not a Unicode scalar"),
      ("2 1\n9601 4\n97 5\n4 9 6\n1 0 2 3\n", 4, "uses token 9"),
      ("2 1\n9601 4\n97 5\n4 6 6\n1 0 2 3\n", 4, "uses token 6"),
      ("2 1\n9601 4\n97 5\n4 5 5\n1 0 2 3\n", 4, "defined twice"),
      ("2 1\n9601 4\n97 5\n4 5 6\n-1 0 2 3\n", 5, "<UNK>"),
      ("2 1\n9601 4\n97 5\n4 5 6\n1 1 2 3\n", 5, "defined twice"),
      ("2 1\n9601 4\n97 5\n4 5 6\n1 0 2\n", 6, "ends before the id of <EOS>"),
      ("1114112 99\n9601 4\n", 3, "ends before"), ("99999999999999999999 1\n", 1, "not in"),
    ] as [(String, Int, String)])
  func invalidModels(text: String, line: Int, message: String) {
    let error = refuse(text)
    #expect(error?.description.contains(message) == true, "\(error.map { "\($0)" } ?? "accepted")")
    #expect(error?.line == line)
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Vectors.bytes("model/sp0.model")
    // Without the last number's line end the file still says all there is to say.
    for length in 0..<bytes.count - 2 {
      let text = String(decoding: bytes[..<length], as: UTF8.self)
      #expect(refuse(text) != nil, "\(length) bytes")
    }
  }

  @Test func anyOrderAndWhiteSpaceIsRead() throws {
    let text = "  3 1\t9601 4\r\n98 6\n97 5\n\n5 6 7 1 0 2 3 and more"
    #expect(refuse(text) == nil)
    let bytes = Array(text.utf8)
    let model = try BPEModel(fileBytes: bytes.span)
    #expect(
      String(decoding: model.fileBytes, as: UTF8.self)
        == "3 1\n9601 4\n97 5\n98 6\n5 6 7\n1 0 2 3\n")
  }

  @Test func sidecarOfAnotherModelIsRefused() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("m.model")
    var options = TrainingOptions(vocabularySize: 40)
    options.preparation.normalization = [.nfkc, .lower]
    options.preparation.userTokens = [.init(name: "<image>", id: 39)]
    let tokenizer = try BPETokenizer.train(on: ["A red CAT", "a red cat"], options: options)
    try tokenizer.write(to: url)
    let again = try BPETokenizer(contentsOf: url)
    #expect(again.preparation == options.preparation)
    #expect(again.model == tokenizer.model)
    #expect(try again.encode("ＡCat<image>") == again.encode("acat") + [39])
    // The original reads the model file alone; another model with this sidecar is a mistake.
    try Data("1 0\n9601 4\n1 0 2 3\n".utf8).write(to: url)
    let error = #expect(throws: BPEError.self) { _ = try BPETokenizer(contentsOf: url) }
    #expect(error?.description.contains("it belongs to a model of") == true)
    // Writing a model that needs no sidecar takes the old one away.
    let plain = try BPETokenizer.train(on: ["a b"], options: TrainingOptions(vocabularySize: 8))
    try plain.write(to: url)
    #expect(try BPETokenizer(contentsOf: url).preparation.isIdentity)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["m.model"])
  }

  @Test(
    "Invalid counts",
    arguments: [
      ("a\t1\nb\n", 2), ("a\tx\n", 1), ("a\t\n", 1), ("a b\t1\n", 1), ("\n", 1),
      ("a\t99999999999999999999\n", 1), ("a\t18446744073709551615\nb\t1\n", 2),
      ("x\u{2581}y\t1\n", 1), ("a\t1\n\u{2581}\t1", 2),
    ])
  func invalidCounts(text: String, line: Int) throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("counts")
    try Data(text.utf8).write(to: file)
    let error = #expect(throws: BPEError.self) {
      _ = try WordCounts(reading: [.file(file.path)])
    }
    #expect(error?.line == line)
  }
}
