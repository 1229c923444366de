import Checkpoints
import ImageCodecs
import RasterImages
import TensorKernels
import TestSupport
import Testing
import Tokens

/// The same weights are the same codec in any container.
@Suite struct CodecConversionRoundTripTests {
  static let codecs = [
    ("sber", ["vqgan.gumbelf8-sber.model.ckpt"], "coffee_64x96"),
    ("sber_dwt", ["vqgan.gumbelf8-sber-dwt.model.ckpt"], "coffee_64x96"),
    ("taming_f8_vq1", ["last.ckpt"], "coffee_64x96"),
    ("taming_f16_ema", ["last.ckpt"], "coffee_64x96"),
    ("dalle", ["encoder.pkl", "decoder.pkl"], "coffee_64x96"),
    ("icetk", ["ice_image.pt"], "coffee_64"), ("movq", ["movq_final.ckpt"], "coffee_64x96"),
  ]

  func converted(
    _ checkpoints: [Checkpoint], _ precision: SafetensorsWriter.Precision
  ) throws -> Checkpoint {
    let conversion = try CodecConversion(of: checkpoints, precision: precision)
    var bytes: [UInt8] = []
    for index in 0..<conversion.pieceCount { bytes += try conversion.piece(index) }
    return try Checkpoint(bytes: bytes)
  }

  @Test(arguments: codecs)
  func identityAndTokensSurvive(_ codec: (folder: String, files: [String], picture: String)) throws
  {
    let fixture = CodecFixture(folder: codec.folder, files: codec.files, picture: codec.picture)
    let original = try CodecCatalog.codec(checkpoints: fixture.checkpoints())
    let file = try converted(fixture.checkpoints(), .float32)
    #expect(file.container == .safetensors)
    let copy = try CodecCatalog.codec(checkpoints: [file])
    #expect(copy.identity == original.identity)
    let grid = try original.encode(fixture.image())
    #expect(try copy.encode(fixture.image()) == grid)
    #expect(try copy.decode(grid) == original.decode(grid))
  }

  @Test func halfPrecisionIsTheSameCodecOnlyWhenTheOriginalWasHalf() throws {
    let ice = try CodecFixture(folder: "icetk", files: ["ice_image.pt"], picture: "").checkpoints()
    #expect(
      try CodecCatalog.codec(checkpoints: [converted(ice, .float16)]).identity
        == CodecCatalog.codec(checkpoints: ice).identity)
    let sber = try CodecFixture(
      folder: "sber", files: ["vqgan.gumbelf8-sber.model.ckpt"], picture: ""
    ).checkpoints()
    let half = try CodecCatalog.codec(checkpoints: [converted(sber, .float16)])
    #expect(half.identity != (try CodecCatalog.codec(checkpoints: sber).identity))
    // Half twice is half once.
    #expect(
      try CodecCatalog.codec(checkpoints: [converted([converted(sber, .float16)], .float32)])
        .identity == half.identity)
  }

  @Test func continuousCodecsAreConvertedToo() throws {
    let files = try CodecFixture(folder: "klvae", files: ["vae.ckpt"], picture: "").checkpoints()
    #expect(
      try KLAutoencoder(checkpoint: converted(files, .float32)).weightsDigest
        == KLAutoencoder(checkpoint: files[0]).weightsDigest)
  }

  @Test func prefixesBelongToNoIdentity() throws {
    let files = try CodecRefusalTests.fixture.checkpoints()
    let original = try RewrittenCheckpoint(files[0])
    var wrapped = original
    wrapped.tensors = [:]
    for (name, tensor) in original.tensors { wrapped.tensors["first_stage_model." + name] = tensor }
    wrapped.tensors["model.diffusion_model.out.weight"] = ([1], [1])
    #expect(
      try VQGAN(checkpoint: wrapped.checkpoint()).identity
        == VQGAN(checkpoint: files[0]).identity)
    let report = try CodecReport(of: [wrapped.checkpoint()])
    #expect(report.unexpected == ["model.diffusion_model.out.weight"])
  }

  @Test func oneChangedWeightIsAnotherCodec() throws {
    let files = try CodecRefusalTests.fixture.checkpoints()
    let identity = try VQGAN(checkpoint: files[0]).identity
    var file = try RewrittenCheckpoint(files[0])
    file.tensors["decoder.conv_out.bias"]?.values[0] += 1e-3
    let decoder = try VQGAN(checkpoint: file.checkpoint()).identity
    #expect(decoder.weightsDigest != identity.weightsDigest)
    #expect(decoder.codebookDigest == identity.codebookDigest)
    file.tensors["quantize.embedding.weight"]?.values[0] += 1e-3
    #expect(
      try VQGAN(checkpoint: file.checkpoint()).identity.codebookDigest != identity.codebookDigest)
  }
}
