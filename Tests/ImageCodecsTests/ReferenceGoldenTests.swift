import Checkpoints
import ImageCodecs
import RasterImages
import TensorKernels
import TestSupport
import Testing
import Tokens

/// Every codec against the outputs of its original program, from its original container.
@Suite struct ReferenceGoldenTests {
  static let vqgans = [
    ("sber", "vqgan.gumbelf8-sber.model.ckpt", "sber-f8"),
    ("sber_dwt", "vqgan.gumbelf8-sber-dwt.model.ckpt", "sber-f8-dwt"),
    ("taming_f16_vq2", "last.ckpt", "taming"),
    ("taming_f8_vq1", "last.ckpt", "taming"),
    ("taming_f16_ema", "last.ckpt", "taming"),
    ("movq", "movq_final.ckpt", "movq"),
  ]
  static let pictures = ["coffee_64x96", "astronaut_128x128"]

  @Test(arguments: vqgans, Tolerance.policies)
  func vqgan(
    _ codec: (folder: String, file: String, name: String), policy: CodecOptions.Policy
  ) throws {
    for picture in Self.pictures {
      let fixture = CodecFixture(folder: codec.folder, files: [codec.file], picture: picture)
      let vqgan = try VQGAN(
        checkpoint: fixture.checkpoints()[0], options: CodecOptions(policy: policy))
      #expect(vqgan.identity.name == codec.name)
      try fixture.expectTokens(vqgan.encode(fixture.image()))
      try fixture.expectPixels(
        vqgan.reconstruct(fixture.grid()), "recon", within: Tolerance.reconstruction)
    }
  }

  @Test(arguments: pictures)
  func continuousLatentsOfMoVQ(picture: String) throws {
    let fixture = CodecFixture(folder: "movq", files: ["movq_final.ckpt"], picture: picture)
    let codec = try VQGAN(checkpoint: fixture.checkpoints()[0])
    let latents = try codec.latents(of: fixture.image())
    try fixture.expectValues(latents, "latent", within: Tolerance.latent)
    // From the stored latents: the decoder magnifies what ours differ by.
    let stored = try fixture.array("latent")
    let input = Tensor(
      height: stored.shape[0], width: stored.shape[1], channels: stored.shape[2],
      values: stored.floats)
    try fixture.expectPixels(
      codec.reconstruct(input), "recon_from_latent", within: Tolerance.continuousReconstruction)
  }

  @Test(arguments: pictures)
  func discreteVAE(picture: String) throws {
    let fixture = CodecFixture(
      folder: "dalle", files: ["encoder.pkl", "decoder.pkl"], picture: picture)
    let files = try fixture.checkpoints()
    let codec = try DVAE(encoder: files[0], decoder: files[1])
    try fixture.expectTokens(codec.encode(fixture.image()))
    let statistics = try codec.statistics(fixture.grid())
    #expect(statistics.channels == 6)
    if picture == "coffee_64x96" {
      try fixture.expectPixels(statistics, "stats", within: Tolerance.reconstruction)
    }
    try fixture.expectPixels(
      codec.colours(statistics), "recon", within: Tolerance.reconstruction)
  }

  @Test(arguments: HierarchicalVQVAE.Rate.allCases, ["coffee_64", "astronaut_128"])
  func hierarchical(rate: HierarchicalVQVAE.Rate, picture: String) throws {
    let fixture = CodecFixture(
      folder: "icetk", files: ["ice_image.pt"], picture: picture, variant: ".rate\(rate.rawValue)")
    let codec = try HierarchicalVQVAE(checkpoint: fixture.checkpoints()[0], rate: rate)
    #expect(codec.patchSize == rate.rawValue)
    try fixture.expectTokens(codec.encode(fixture.image()))
    try fixture.expectPixels(
      codec.colours(codec.reconstruct(fixture.grid())), "recon",
      within: Tolerance.reconstruction)
  }

  @Test(arguments: pictures)
  func klAutoencoder(picture: String) throws {
    let fixture = CodecFixture(folder: "klvae", files: ["vae.ckpt"], picture: picture)
    let codec = try KLAutoencoder(checkpoint: fixture.checkpoints()[0])
    let distribution = try codec.distribution(of: fixture.image())
    let moments = try fixture.array("latent")
    let expected = moments.floats
    let half = codec.latentDimension
    #expect(moments.shape == [distribution.mean.height, distribution.mean.width, 2 * half])
    var worst: Float = 0
    for index in distribution.mean.values.indices {
      let start = index / half * 2 * half + index % half
      worst = max(worst, abs(distribution.mean.values[index] - expected[start]))
      worst = max(worst, abs(distribution.logVariance.values[index] - expected[start + half]))
    }
    #expect(worst <= Tolerance.latent, "moments differ by \(worst)")
    try fixture.expectPixels(
      codec.reconstruct(distribution.mean), "recon", within: Tolerance.continuousReconstruction)
  }
}
