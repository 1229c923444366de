public import Checkpoints
public import RasterImages
package import TensorKernels
public import Tokens

/// icetk's picture tokenizer: one encoder, one codebook, and a decoder for each of three rates.
///
/// At rate 4 the encoder's output is quantized as it is; at 8 and 16 it is first halved once or
/// twice. A value of this type works at one rate.
///
/// Source: Ding et al. 2022, "CogView2", and the published package icetk.
public struct HierarchicalVQVAE: ImageCodec {
  /// Pixels per token side.
  public enum Rate: Int, CaseIterable, Hashable, Sendable {
    case f4 = 4
    case f8 = 8
    case f16 = 16

    /// How often the encoder's output is halved.
    var level: Int { rawValue.trailingZeroBitCount - 2 }
  }

  /// Name, digests and sizes.
  public let identity: CodecIdentity
  /// Policy and threads.
  public let options: CodecOptions
  /// The recipe of the original program.
  public let defaultRecipe: PreprocessingRecipe
  /// The rate of this value.
  public let rate: Rate
  /// The architecture.
  public let configuration: HierarchicalVQVAEConfiguration
  /// Numbers in the tensors that all three rates use.
  public let parameterCount: Int

  let canonicalWeights: CanonicalWeights
  package let encoder: NetworkExecutor
  package let decoder: NetworkExecutor
  let search: TokenSearch
  let codebook: Codebook
  let normalization: PixelNormalization
  private let rounding: PixelRounding

  /// Makes a codec from `ice_image.pt`.
  ///
  /// - Parameters:
  ///   - checkpoint: The tensors of all three rates; each is part of the identity.
  ///   - rate: Pixels per token side.
  ///   - options: Policy and threads.
  /// - Throws: ``CodecError``: `anotherCodec`, `tensors`, `notFinite`, `checkpoint`, ….
  public init(
    checkpoint: Checkpoint, rate: Rate = .f8, options: CodecOptions = CodecOptions()
  ) throws(CodecError) {
    let recognised = try CodecRecognition(checkpoint)
    guard recognised.family == .hierarchical else {
      throw CodecError(.anotherCodec(found: recognised.name), codec: "ice-f\(rate.rawValue)")
    }
    try self.init(
      WeightLedger(checkpoint, prefix: recognised.prefix), rate: rate, options: options)
  }

  init(_ weights: WeightLedger, rate: Rate, options: CodecOptions) throws(CodecError) {
    let name = "ice-f\(rate.rawValue)"
    let profile = CodecProfile(name)
    self.rate = rate
    self.options = options
    defaultRecipe = profile.recipe
    normalization = profile.normalization
    rounding = profile.rounding
    let layout = try passingErrors(of: name) {
      let layout = try Layout(weights)
      try weights.check()
      return layout
    }
    configuration = layout.configuration
    guard let encoder = layout.encoders[rate], let decoder = layout.decoders[rate] else {
      fatalError("every rate was laid out")
    }
    self.encoder = NetworkExecutor(encoder, policy: options.policy, engine: options.engine)
    self.decoder = NetworkExecutor(decoder, policy: options.policy, engine: options.engine)
    (search, codebook) = try passingErrors(of: name) {
      (
        try TokenSearch(
          matrix: layout.rows, criterion: .nearestCodeword, policy: options.policy),
        try Codebook(rows: layout.rows)
      )
    }
    canonicalWeights = CanonicalWeights(weights.used)
    parameterCount = canonicalWeights.parameterCount
    identity = try canonicalWeights.identity(
      name: name, codebook: layout.rows, patchSize: rate.rawValue)
  }

  /// The networks of all three rates and the codewords, with every tensor asked for and none read.
  struct Layout {
    let configuration: HierarchicalVQVAEConfiguration
    private(set) var encoders: [Rate: Network] = [:]
    private(set) var decoders: [Rate: Network] = [:]
    let rows: Parameter

    init(_ weights: WeightLedger) throws {
      configuration = try HierarchicalVQVAEConfiguration(weights)
      rows = weights.parameter(
        "quantize.embed.weight",
        [configuration.codewordCount, configuration.codewordDimension])
      for rate in Rate.allCases {
        encoders[rate] = try HierarchicalVQVAENetworks.encoder(configuration, rate, weights)
        decoders[rate] = try HierarchicalVQVAENetworks.decoder(configuration, rate, weights)
      }
    }
  }

  /// Replaces a picture by the indices of its codewords: ``ImageCodec/encode(_:)-(RasterImage)``.
  public func encode(_ image: RasterImage) throws(CodecError) -> TokenGrid {
    try checkSize(of: image)
    return try passingErrors(of: identity.name) {
      let latents = try encoder.run([normalization.tensor(image)], threads: options.threads)[0]
      let tokens = try search.tokens(of: latents, threads: options.threads).tokens
      return TokenGrid(height: latents.height, width: latents.width, tokens: tokens)
    }
  }

  /// Paints the picture that a token grid stands for: ``ImageCodec/decode(_:)-(TokenGrid)``.
  public func decode(_ grid: TokenGrid) throws(CodecError) -> RasterImage {
    try rounding.image(reconstruct(grid))
  }

  /// The decoder's output in standardized colours, before the mean is added.
  package func reconstruct(_ grid: TokenGrid) throws(CodecError) -> Tensor {
    try checkTokens(of: grid)
    return try passingErrors(of: identity.name) {
      let codewords = try codebook.lookUp(grid.tokens, height: grid.height, width: grid.width)
      return try decoder.run([codewords], threads: options.threads)[0]
    }
  }

  /// The decoder's output on the scale 0…1 of the original program, before it becomes bytes.
  package func colours(_ output: Tensor) -> Tensor { rounding.colours(output) }
}
