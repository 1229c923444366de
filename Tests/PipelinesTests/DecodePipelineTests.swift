import Foundation
import ImageFiles
import Pipelines
import TestSupport
import TokenFiles
import Tokens
import Testing

@Suite struct DecodePipelineTests {
  /// A token file with one row per key.
  private func file(_ keys: [String], in folder: PictureFolder) throws -> TokenFile {
    let path = folder.file("x.tessera")
    var writer = try TokenFileWriter(to: path, header: EncodePipeline.small().header)
    for (position, key) in keys.enumerated() {
      let tokens = (0..<16).map { TokenID(($0 * 7 + position * 31) % 256) }
      try writer.append(
        TokenFileRow(key: key, grid: TokenGrid(height: 4, width: 4, tokens: tokens)))
    }
    try writer.finish()
    return try TokenFile(contentsOf: path)
  }

  private func names(below folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".png") || $0.hasSuffix(".jpg") || $0.hasSuffix(".webp") }.sorted()
  }

  @Test(arguments: [1, 3])
  func picturesAreThoseOfTheCodec(threads: Int) throws {
    let out = try PictureFolder()
    let file = try file(["a", "sub/b", "sub/c"], in: out)
    var pipeline = DecodePipeline(codec: BrightnessCodec())
    pipeline.threads = threads
    let result = try pipeline.run(file, to: out.file("deep/pictures"))
    #expect(result.pictures == 3 && !result.wasCancelled)
    #expect(try names(below: out.file("deep/pictures")) == ["a.png", "sub/b.png", "sub/c.png"])
    let painted = try ImageFile.decode(out.bytes("deep/pictures/sub/b.png"))
    #expect(try painted == BrightnessCodec().decode(file.grid(at: 1)))
  }

  @Test(arguments: [ImageEncoding.jpeg(), .webp])
  func otherFormats(encoding: ImageEncoding) throws {
    let out = try PictureFolder()
    var pipeline = DecodePipeline(codec: BrightnessCodec())
    pipeline.encoding = encoding
    _ = try pipeline.run(file(["a"], in: out), to: out.file("p"))
    let bytes = try out.bytes("p/a.\(encoding.format.fileExtension)")
    #expect(try ImageFile.probe(bytes).format == encoding.format)
  }

  @Test func onlyTheRowsAskedFor() throws {
    let out = try PictureFolder()
    let file = try file(["a", "b", "c", "d"], in: out)
    let result = try DecodePipeline(codec: BrightnessCodec())
      .run(file, rows: 1..<3, to: out.file("p"))
    #expect(result.pictures == 2)
    #expect(try names(below: out.file("p")) == ["b.png", "c.png"])
    let error = try #require(
      refusal {
        try DecodePipeline(codec: BrightnessCodec()).run(file, rows: 2..<5, to: out.file("p"))
      })
    #expect(error.reason == .noSuchRows(asked: 2..<5, rows: 4))
  }

  @Test func hostileKeysStayInTheFolder() throws {
    let out = try PictureFolder()
    let file = try file(
      ["../../escape", "/absolute", "a/../../../b", ".bashrc", "..", "", "same", "same"], in: out)
    _ = try DecodePipeline(codec: BrightnessCodec()).run(file, to: out.file("p"))
    #expect(try names(below: out.path).allSatisfy { $0.hasPrefix("p/") })
    #expect(try names(below: out.file("p")).count == 8)
  }

  @Test func filesThatExistAreKept() throws {
    let out = try PictureFolder()
    try out.add([1, 2, 3], "p/b.png")
    let file = try file(["a", "b", "c"], in: out)
    let error = try #require(
      refusal {
        try DecodePipeline(codec: BrightnessCodec()).run(file, to: out.file("p"))
      })
    #expect(error.reason == .outputExists && error.path == out.file("p/b.png"))
    #expect(try out.bytes("p/b.png") == [1, 2, 3])
    #expect(try names(below: out.file("p")).contains("a.png"))
  }

  @Test func paintingAgainIsNoError() throws {
    let out = try PictureFolder()
    let file = try file(["a", "b"], in: out)
    for _ in 0..<2 {
      let result = try DecodePipeline(codec: BrightnessCodec()).run(file, to: out.file("p"))
      #expect(result.pictures == 2)
    }
    #expect(try names(below: out.file("p")) == ["a.png", "b.png"])
  }

  @Test func tokensOfAnotherCodecAreRefused() throws {
    let out = try PictureFolder()
    let file = try file(["a"], in: out)
    var other = BrightnessCodec()
    other.identity = CodecIdentity(
      name: "other", weightsDigest: String(repeating: "2", count: 64), codebookSize: 256,
      codebookDigest: String(repeating: "1", count: 64), patchSize: 4)
    let error = try #require(
      refusal {
        try DecodePipeline(codec: other).run(file, to: out.file("p"))
      })
    let text = "\(error)"
    #expect(text.contains("brightness") && text.contains("other"))
    #expect(text.contains(file.header.codec.weightsDigest))
    #expect(text.contains(other.identity.weightsDigest))
    #expect(!FileManager.default.fileExists(atPath: out.file("p")))
  }

  @Test func cancellationTellsHowFarItCame() throws {
    let out = try PictureFolder()
    let file = try file((0..<9).map { "\($0)" }, in: out)
    let result = try DecodePipeline(codec: BrightnessCodec())
      .run(file, to: out.file("p"), isCancelled: Countdown(4).isOver)
    #expect(result.pictures == 4 && result.wasCancelled)
    #expect(try names(below: out.file("p")) == ["0.png", "1.png", "2.png", "3.png"])
  }
}
