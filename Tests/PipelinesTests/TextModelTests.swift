import BytePairEncoding
import Corpora
import Datasets
import Foundation
import Pipelines
import SentencePieces
import TestSupport
import Testing
import TokenFiles
import Tokens
import UnifiedTokenizer

@Suite struct TextModelTests {
  private static let bytePairs = Fixtures.url("yttm/model/cap.model").path
  private static let pieces = Fixtures.url("sentencepiece/unigram.model").path

  @Test func theFileTellsTheFamily() throws {
    #expect(try TextModel(contentsOfFile: Self.bytePairs).family == .yttm)
    #expect(try TextModel(contentsOfFile: Self.pieces).family == .sentencepiece)
    // The embedded vocabulary written to a file is ICE's again, and has the same digest.
    let embedded = try TextModel.embedded()
    guard case .ice(let ice) = embedded.tokenizer else {
      Issue.record("the embedded vocabulary is not ICE's")
      return
    }
    let folder = try PictureFolder()
    try folder.add(ice.text.model.serialized(), "ice.model")
    let read = try TextModel(contentsOfFile: folder.file("ice.model"))
    #expect(read.family == .ice && read.digest == embedded.digest)
    #expect(read.encode("a red cat 猫") == embedded.encode("a red cat 猫"))
    // Told what it is, it is taken for that.
    let plain = try TextModel(contentsOfFile: folder.file("ice.model"), family: .sentencepiece)
    #expect(plain.encode("a red cat").map { $0 + 20_000 } == embedded.encode("a red cat"))
  }

  @Test func idsAreThoseOfTheTokenizer() throws {
    let text = "Рыжий Cat on  a mat "
    let bpe = try BPETokenizer(contentsOfFile: Self.bytePairs)
    var model = try TextModel(contentsOfFile: Self.bytePairs)
    #expect(try model.encode(text) == bpe.encode(text))
    #expect(model.vocabularySize == bpe.vocabularySize && model.name == "yttm")
    model.lowercasesText = true
    #expect(try model.encode("\u{A0} \n\(text)") == bpe.encode("рыжий cat on  a mat"))
    #expect(model.name == "yttm-lowercase")
    let url = URL(fileURLWithPath: Self.pieces)
    let pieces = try SentencePieceTokenizer(contentsOf: url)
    #expect(try TextModel(contentsOfFile: Self.pieces).encode(text) == pieces.encode(text))
    #expect(try model.decode(model.encode("a cat")) == bpe.decode(bpe.encode("a cat")))
  }

  @Test func filesThatAreNoModelAreRefusedByName() throws {
    let folder = try PictureFolder()
    try folder.add(Array("12 no model".utf8), "a.model")
    try folder.add(Array("version https://git-lfs.github.com/spec/v1".utf8), "b.model")
    try folder.add([], "c.model")
    for name in ["a.model", "b.model", "c.model", "gone.model"] {
      let path = folder.file(name)
      let error = refusal { try TextModel(contentsOfFile: path) }
      #expect(error.map { "\($0)".hasPrefix(path) } == true, "\(name)")
    }
  }

  @Test func captionsOfAFileAreCutAndPadded() throws {
    let folder = try PictureFolder(count: 3)
    try folder.add(Array("a cat\na red cat on a blue mat\n".utf8), "000.txt")
    try folder.add(Array("one\n".utf8), "002.txt")
    let model = try TextModel(contentsOfFile: Self.bytePairs)
    let captions = [["a cat", "a red cat on a blue mat"], [], ["one"]]
    for (length, pad) in [(0, nil), (4, nil), (4, 0)] as [(Int, TokenID?)] {
      var pipeline = EncodePipeline.small()
      pipeline.captionEncoding = CaptionEncoding(
        model: model, maximumLength: length, paddingToken: pad)
      let path = folder.file("\(length)-\(pad ?? -1).tessera")
      let summary = try pipeline.run(folder.shard(), to: path)
      let whole = captions.map { $0.map(model.encode) }
      let cut = whole.map { $0.map { length == 0 ? $0 : Array($0.prefix(length)) } }
      #expect(summary.cutCaptions == zip(whole.joined(), cut.joined()).count { $0 != $1 })
      #expect(length == 0 || summary.cutCaptions > 0)

      let file = try TokenFile(contentsOf: path)
      let tokenizer = try #require(file.header.textTokenizer)
      #expect(tokenizer.name == "yttm" && tokenizer.digest == model.digest)
      #expect(tokenizer.maximumLength == length && tokenizer.paddingToken == pad)
      for row in 0..<3 {
        let found = try file.row(at: row)
        #expect(found.captionIDs(tokenizer) == cut[row] && found.captions == captions[row])
        guard case .tokens(let ids)? = found.values[CaptionEncoding.idsName] else { continue }
        #expect(pad == nil || ids.count == captions[row].count * length)
      }
    }
  }

  @Test func lengthsAreThoseOfTheCaptions() throws {
    let folder = try PictureFolder(count: 2)
    var random = SeededGenerator(seed: 5)
    let words = ["a", "red", "cat", "猫", "on", "the", "moon"]
    var lines: [String] = []
    for _ in 0..<3000 {
      let count = Int.random(in: 1...30, using: &random)
      lines.append(
        (0..<count).map { _ in words.randomElement(using: &random)! }.joined(separator: " "))
    }
    // The second file begins where the first one has no line end.
    try folder.add(Array(lines[..<1000].joined(separator: "\r\n").utf8), "a.txt")
    try folder.add(Array((lines[1000...].joined(separator: "\n") + "\n\n").utf8), "b.txt")
    try folder.add(Array(lines[0].utf8), "000.txt")
    let model = try TextModel(contentsOfFile: Self.bytePairs)
    var expected = CaptionLengths()
    for line in lines { expected.add(model.encode(line).count) }
    let files = [folder.file("a.txt"), folder.file("b.txt")]
    for threads in [1, 3] {
      let lengths = try CaptionLengths(
        of: .corpus(.init(files.map { .file($0) })), model: model, threads: threads)
      #expect(lengths == expected)
    }
    let ofPictures = try CaptionLengths(
      of: .shards(Dataset(inputs: [folder.path]).shards), model: model)
    #expect(ofPictures.captionCount == 1 && ofPictures.idCount == model.encode(lines[0]).count)
  }

  @Test func aTallyAnswersForEveryLength() {
    var lengths = CaptionLengths()
    for length in [3, 5, 5, 10] { lengths.add(length) }
    #expect(lengths.captionCount == 4 && lengths.idCount == 23 && lengths.longest == 10)
    #expect(lengths.cut(at: 4) == (3, 8) && lengths.cut(at: 10) == (0, 0))
    #expect([0.25, 0.5, 0.75, 0.76, 1].map(lengths.quantile) == [3, 5, 5, 10, 10])
    #expect(CaptionLengths().quantile(0.5) == 0 && CaptionLengths().mean == 0)
  }
}
