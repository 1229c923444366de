import Checkpoints
import ImageCodecs
import RasterImages
import TensorKernels
import TestSupport
import Testing
import Tokens

/// What a codec refuses, and how it says so.
@Suite struct CodecRefusalTests {
  static let fixture = CodecFixture(
    folder: "taming_f8_vq1", files: ["last.ckpt"], picture: "coffee_64x96")

  func rewritten() throws -> RewrittenCheckpoint {
    try RewrittenCheckpoint(Self.fixture.checkpoints()[0])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func weightsThatAreNoNumbers(value: Float) throws {
    var file = try rewritten()
    file.tensors["decoder.conv_out.bias"]?.values[2] = value
    let error = #expect(throws: CodecError.self) { try VQGAN(checkpoint: file.checkpoint()) }
    #expect(error?.reason == .notFinite(tensor: "decoder.conv_out.bias", index: 2))
    #expect(error?.codec == "taming")
  }

  @Test func missingTensorsAreAllNamed() throws {
    var file = try rewritten()
    file.tensors["encoder.norm_out.bias"] = nil
    file.tensors["decoder.up.1.block.0.conv2.weight"] = nil
    let error = #expect(throws: CodecError.self) { try VQGAN(checkpoint: file.checkpoint()) }
    let expected = [
      TensorProblem(name: "encoder.norm_out.bias", expected: [32], found: nil),
      TensorProblem(
        name: "decoder.up.1.block.0.conv2.weight", expected: [64, 64, 3, 3], found: nil),
    ]
    #expect(error?.reason == .tensors(expected))
    let report = try CodecReport(of: [file.checkpoint()])
    #expect(report.problems == expected)
  }

  @Test func evidenceThatIsMissingIsNamed() throws {
    for name in [
      "decoder.conv_in.weight", "quant_conv.weight", "encoder.mid.block_1.conv1.weight",
    ] {
      var file = try rewritten()
      file.tensors[name] = nil
      let error = #expect(throws: CodecError.self) { try VQGAN(checkpoint: file.checkpoint()) }
      #expect(error?.description.contains(name) == true)
      #expect(try CodecReport(of: [file.checkpoint()]).problems.map(\.name) == [name])
    }
  }

  @Test func wrongShapesAreNamedWithBoth() throws {
    var file = try rewritten()
    file.tensors["quantize.embedding.weight"]?.shape = [512, 12]
    let error = #expect(throws: CodecError.self) { try VQGAN(checkpoint: file.checkpoint()) }
    #expect(
      error?.description
        == "codec taming: post_quant_conv.weight: [32, 24, 1, 1] instead of [32, 12, 1, 1]")
    file = try rewritten()
    file.tensors["encoder.conv_in.weight"]?.shape = [32, 27]
    #expect(throws: CodecError.self) { try VQGAN(checkpoint: file.checkpoint()) }
  }

  /// Every tensor in turn left out or flattened: an error or, where another tensor's absence means
  /// another architecture, a codec; never a trap.
  @Test func anyTensorMayBeSpoiled() throws {
    let whole = try rewritten()
    for name in whole.tensors.keys.sorted() {
      var file = whole
      file.tensors[name] = nil
      _ = try? CodecReport(of: [file.checkpoint()])
      file = whole
      file.tensors[name]?.shape = [whole.tensors[name]?.values.count ?? 0]
      _ = try? CodecReport(of: [file.checkpoint()])
      file.tensors[name] = ([0], [])
      _ = try? CodecReport(of: [file.checkpoint()])
    }
  }

  @Test func otherTensorsAreNoCodec() throws {
    var file = try rewritten()
    file.tensors = ["bert.embeddings.weight": ([2], [1, 2]), "x": ([1], [1])]
    let error = #expect(throws: CodecError.self) {
      try CodecCatalog.codec(checkpoints: [file.checkpoint()])
    }
    #expect(error?.reason == .unrecognised(names: ["bert.embeddings.weight", "x"]))
  }

  @Test func anotherCodecIsNamed() throws {
    let taming = try Self.fixture.checkpoints()
    var error = #expect(throws: CodecError.self) {
      try CodecCatalog.codec(named: "ice-f8", checkpoints: taming)
    }
    #expect(error?.reason == .anotherCodec(found: "taming"))
    error = #expect(throws: CodecError.self) {
      try HierarchicalVQVAE(checkpoint: taming[0])
    }
    #expect(error?.reason == .anotherCodec(found: "taming"))
    error = #expect(throws: CodecError.self) { try CodecCatalog.codec(named: "dalle") }
    #expect(error?.reason == .unknownCodec(name: "dalle", known: CodecCatalog.names))
    error = #expect(throws: CodecError.self) { try CodecCatalog.codec(named: "dalle-dvae") }
    #expect(error?.reason == .missingFile("encoder.pkl and decoder.pkl"))
  }

  @Test func halfOfTwoFilesIsNamed() throws {
    let fixture = CodecFixture(
      folder: "dalle", files: ["encoder.pkl", "decoder.pkl"], picture: "coffee_64x96")
    let files = try fixture.checkpoints()
    for (half, missing) in zip(files, ["decoder.pkl", "encoder.pkl"]) {
      let error = #expect(throws: CodecError.self) {
        try CodecCatalog.codec(checkpoints: [half])
      }
      #expect(error?.reason == .missingFile(missing))
    }
    #expect(try CodecCatalog.codec(checkpoints: files.reversed()).identity.name == "dalle-dvae")
  }

  @Test func continuousLatentsAreNoTokens() throws {
    let file = try CodecFixture(folder: "klvae", files: ["vae.ckpt"], picture: "").checkpoints()
    let error = #expect(throws: CodecError.self) { try CodecCatalog.codec(checkpoints: file) }
    #expect(error?.reason == .latentsOnly)
  }

  @Test func picturesAndGridsThatDoNotFit() throws {
    let codec = try CodecCatalog.embedded()
    let odd = RasterImage(width: 12, height: 8, pixels: [UInt8](repeating: 0, count: 288))
    var error = #expect(throws: CodecError.self) { try codec.encode(odd) }
    #expect(error?.reason == .sizeNotMultiple(height: 8, width: 12, patchSize: 8))
    error = #expect(throws: CodecError.self) {
      try codec.decode(TokenGrid(height: 1, width: 3, tokens: [0, 8191, 8192]))
    }
    #expect(error?.reason == .tokenOutOfRange(token: 8192, index: 2, codebookSize: 8192))
    error = #expect(throws: CodecError.self) {
      try codec.decode(TokenGrid(height: 1, width: 1, tokens: [-1]))
    }
    #expect(error?.reason == .tokenOutOfRange(token: -1, index: 0, codebookSize: 8192))
    error = #expect(throws: CodecError.self) {
      try codec.decode(TokenGrid(height: 0, width: 4, tokens: []))
    }
    #expect(error?.reason == .emptyGrid(height: 0, width: 4))
    error = #expect(throws: CodecError.self) {
      try codec.decode(latents: Tensor(height: 1, width: 1, channels: 3, values: [0, 0, 0]))
    }
    #expect(error?.reason == .latentChannels(expected: 8, found: 3))
  }
}
