import ImageCodecs
import TestSupport
import Testing
import Tokens

/// The embedded codec against PyTorch running the same weights.
@Suite struct DefaultCodecGoldenTests {
  /// Squared distances nearer than this count as equal: the distance of the stored latents changes
  /// by less with the order of summation.
  static let nearTie: Float = 1e-4

  @Test(arguments: ["astronaut", "coffee", "chelsea", "rocket"])
  func tokensLatentsAndReconstructions(picture: String) throws {
    let fixture = CodecFixture(folder: "default", files: [], picture: picture)
    let codec = try CodecCatalog.embedded(options: CodecOptions(threads: 2))
    let image = try fixture.image()
    try fixture.expectValues(codec.latents(of: image), "latent", within: Tolerance.latent)
    try fixture.expectTokens(codec.encode(image), nearTie: Self.nearTie)
    try fixture.expectPixels(
      codec.reconstruct(fixture.grid()), "recon", within: 1e-4)
  }

  @Test func identityIsThatOfTheDocumentedWeights() throws {
    let codec = try CodecCatalog.embedded()
    #expect(codec.codebookSize == 8192 && codec.patchSize == 8)
    #expect(codec.identity.name == "default")
    #expect(codec.parameterCount == 1_899_339)
    #expect(codec.configuration.encoder.blockCounts == [0, 0, 0, 0])
    #expect(codec.configuration.decoder.blockCounts == [1, 1, 1, 1])
  }
}
