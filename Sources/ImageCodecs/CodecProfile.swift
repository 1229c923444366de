public import RasterImages

/// What is known about a codec by its name: where its weights come from, and the conventions of its
/// original program that no tensor tells.
public struct CodecProfile: Sendable {
  /// A file that a codec's weights come in.
  public struct ExpectedFile: Hashable, Sendable {
    /// The name it is published under.
    public let name: String
    /// Bytes of the published network's tensors, where known; the file is a little larger, and much
    /// larger when a trainer's states are in it.
    public let tensorByteCount: Int?
    /// SHA-256 of the file, where known.
    public let digest: String?
  }

  /// The name as the command spells it.
  public let name: String
  /// What it is, in one line.
  public let summary: String
  /// The files it needs; none for the embedded codec.
  public let files: [ExpectedFile]
  /// Codewords and pixels per token side of the published weights, as text: `8192 codes, f8`.
  public let code: String
  /// How its pictures are prepared unless the user says otherwise.
  public let recipe: PreprocessingRecipe
  /// Other recipes that programs around this codec used.
  public let alternativeRecipes: [PreprocessingRecipe]

  let normalization: PixelNormalization
  let rounding: PixelRounding

  /// The profile of that name; of `taming` for a name that is none.
  init(_ name: String) {
    self = Self.all.first { $0.name == name } ?? Self.taming
  }

  private init(
    _ name: String, _ summary: String, code: String,
    files: [(name: String, tensorByteCount: Int?)],
    recipe: PreprocessingRecipe, alternatives: [PreprocessingRecipe] = [],
    normalization: PixelNormalization, rounding: PixelRounding
  ) {
    self.name = name
    self.summary = summary
    self.code = code
    self.files = files.map {
      ExpectedFile(name: $0.name, tensorByteCount: $0.tensorByteCount, digest: nil)
    }
    self.recipe = recipe
    alternativeRecipes = alternatives
    self.normalization = normalization
    self.rounding = rounding
  }

  /// Every codec, in the order of `codec list`.
  public static let all: [CodecProfile] = [
    embedded, sberF8, sberF8DWT, taming, dalle, ice(4), ice(8), ice(16), movq, klF8,
  ]

  static let embedded = CodecProfile(
    "default", "the embedded VQ-GAN, small and trained for this project",
    code: "8192 codes, f8", files: [], recipe: .squareLanczos, normalization: .signedUnit,
    rounding: .halfEvenSigned)

  private static let sberF8 = CodecProfile(
    "sber-f8", "ru-dALL-E's VQ-GAN with Gumbel quantizer (also RUDOLPH)",
    code: "8192 codes, f8", files: [("vqgan.gumbelf8-sber.model.ckpt", 275_983_884)],
    recipe: .lanczosCrop, alternatives: [.cropBilinear, .none], normalization: .doubledUnit,
    rounding: .truncatedSigned)

  private static let sberF8DWT = CodecProfile(
    "sber-f8-dwt", "the same encoder with a wavelet decoder that paints twice the size",
    code: "8192 codes, f8", files: [("vqgan.gumbelf8-sber-dwt.model.ckpt", 276_288_592)],
    recipe: .lanczosCrop, alternatives: [.cropBilinear, .none], normalization: .doubledUnit,
    rounding: .truncatedSigned)

  private static let taming = CodecProfile(
    "taming", "taming-transformers' VQ-GAN with any quantizer; latent diffusion's VQ models",
    code: "1024 or 16384 codes, f16; 256 to 16384, f4 and f8",
    files: [("last.ckpt", 288_566_796)],
    recipe: .lanczosCrop, alternatives: [.openCVBilinearCrop, .none], normalization: .doubledUnit,
    rounding: .truncatedSigned)

  private static let dalle = CodecProfile(
    "dalle-dvae", "OpenAI's discrete VAE of DALL-E", code: "8192 codes, f8",
    files: [("encoder.pkl", 215_144_960), ("decoder.pkl", 175_319_064)],
    recipe: .lanczosCrop, alternatives: [.none], normalization: .logitLaplace,
    rounding: .truncatedLogitLaplace)

  private static func ice(_ rate: Int) -> CodecProfile {
    CodecProfile(
      "ice-f\(rate)", "icetk's hierarchical VQ-VAE (CogView2) at compress rate \(rate)",
      code: "20000 codes, f\(rate)", files: [("ice_image.pt", 410_317_988)],
      recipe: .torchBilinear, alternatives: [.torchBilinearAntialias, .none],
      normalization: .standardized, rounding: .halfUpStandardized)
  }

  private static let movq = CodecProfile(
    "movq", "MoVQ of MoVQGAN and Kandinsky 2.1: spatially modulated decoder",
    code: "16384 codes of 4 numbers, f8", files: [("movq_final.ckpt", 271_329_980)],
    recipe: .bicubicGap, alternatives: [.lanczosCrop, .none], normalization: .signedUnit,
    rounding: .halfEvenSigned)

  private static let klF8 = CodecProfile(
    "kl-f8", "Kandinsky 2.0's KL autoencoder: continuous latents, no tokens",
    code: "latents of 4 numbers, f8", files: [("vae.ckpt", 334_615_452)],
    recipe: .bicubicGap, alternatives: [.lanczosCrop, .none], normalization: .signedUnit,
    rounding: .halfEvenSigned)
}
