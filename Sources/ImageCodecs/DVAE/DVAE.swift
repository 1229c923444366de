public import Checkpoints
public import RasterImages
package import TensorKernels
public import Tokens

/// OpenAI's discrete variational autoencoder: a residual network whose logits choose the token.
///
/// The published weights come as two files, each a pickled module; give both. Any height and width
/// that ``ImageCodec/patchSize`` divides are possible.
///
/// Source: Ramesh et al. 2021, "Zero-Shot Text-to-Image Generation".
public struct DVAE: ImageCodec {
  /// Name, digests and sizes.
  public let identity: CodecIdentity
  /// Policy and threads.
  public let options: CodecOptions
  /// The recipe of the original program.
  public let defaultRecipe: PreprocessingRecipe
  /// The architecture.
  public let configuration: DVAEConfiguration
  /// Numbers in the tensors that the codec uses.
  public let parameterCount: Int

  let canonicalWeights: CanonicalWeights
  package let encoder: NetworkExecutor
  package let decoder: NetworkExecutor
  let search: TokenSearch
  let codebook: Codebook
  let normalization: PixelNormalization
  private let rounding: PixelRounding

  /// Makes a codec from the encoder's and the decoder's checkpoint.
  ///
  /// - Parameters:
  ///   - encoder: `encoder.pkl`, or its state dictionary.
  ///   - decoder: `decoder.pkl`, or its state dictionary.
  ///   - options: Policy and threads.
  /// - Throws: ``CodecError``: `anotherCodec`, `tensors`, `notFinite`, `checkpoint`, ….
  public init(
    encoder: Checkpoint, decoder: Checkpoint, options: CodecOptions = CodecOptions()
  ) throws(CodecError) {
    let table = WeightLedger.table(encoder, removing: "", adding: "encoder.").merging(
      WeightLedger.table(decoder, removing: "", adding: "decoder.")
    ) { first, _ in first }
    try self.init(WeightLedger(table), options: options)
  }

  init(_ weights: WeightLedger, options: CodecOptions) throws(CodecError) {
    let name = "dalle-dvae"
    let profile = CodecProfile(name)
    self.options = options
    defaultRecipe = profile.recipe
    normalization = profile.normalization
    rounding = profile.rounding
    let layout = try passingErrors(of: name) {
      let layout = try Layout(weights, policy: options.policy)
      try weights.check()
      return layout
    }
    configuration = layout.configuration
    search = layout.search
    codebook = try passingErrors(of: name) { try Codebook(rows: layout.rows) }
    encoder = NetworkExecutor(layout.encoder, policy: options.policy, engine: options.engine)
    decoder = NetworkExecutor(layout.decoder, policy: options.policy, engine: options.engine)
    canonicalWeights = CanonicalWeights(weights.used)
    parameterCount = canonicalWeights.parameterCount
    identity = try canonicalWeights.identity(
      name: name, codebook: layout.rows, patchSize: configuration.patchSize)
  }

  /// Both networks, the search and the codewords, with every tensor asked for and none read.
  struct Layout {
    let configuration: DVAEConfiguration
    let encoder: Network
    let decoder: Network
    let search: TokenSearch
    let rows: Parameter

    init(_ weights: WeightLedger, policy: Policy = .balanced) throws {
      configuration = try DVAEConfiguration(weights)
      encoder = try DVAENetworks.encoder(configuration, weights)
      decoder = try DVAENetworks.decoder(configuration, weights)
      let count = configuration.codewordCount
      search = try TokenSearch(
        matrix: weights.parameter(
          "encoder.blocks.output.conv.w",
          [count, configuration.encoderGroups.last?.width ?? 0, 1, 1]),
        criterion: .largestLogit(
          bias: weights.parameter("encoder.blocks.output.conv.b", [count])),
        policy: policy)
      rows = DVAE.codewords(configuration, weights)
    }
  }

  /// What the decoder's first convolution makes of each token alone: a column of its weights plus
  /// the bias.
  private static func codewords(
    _ configuration: DVAEConfiguration, _ weights: WeightLedger
  ) -> Parameter {
    let (count, dimension) = (configuration.codewordCount, configuration.codewordDimension)
    let weight = weights.parameter("decoder.blocks.input.w", [dimension, count, 1, 1])
    let bias = weights.parameter("decoder.blocks.input.b", [dimension])
    return Parameter(name: "decoder.blocks.input", shape: [count, dimension]) {
      let columns = try weight.load()
      let shift = try bias.load()
      var rows = [Float](repeating: 0, count: count * dimension)
      for row in 0..<count {
        for column in 0..<dimension {
          rows[row * dimension + column] = columns[column * count + row] + shift[column]
        }
      }
      return rows
    }
  }

  /// Replaces a picture by the indices of its codewords: ``ImageCodec/encode(_:)-(RasterImage)``.
  public func encode(_ image: RasterImage) throws(CodecError) -> TokenGrid {
    try checkSize(of: image)
    return try passingErrors(of: identity.name) {
      let features = try encoder.run([normalization.tensor(image)], threads: options.threads)[0]
      let tokens = try search.tokens(of: features, threads: options.threads).tokens
      return TokenGrid(height: features.height, width: features.width, tokens: tokens)
    }
  }

  /// Paints the picture that a token grid stands for: ``ImageCodec/decode(_:)-(TokenGrid)``.
  public func decode(_ grid: TokenGrid) throws(CodecError) -> RasterImage {
    try rounding.image(statistics(grid))
  }

  /// The decoder's raw output: three logits of the colours, then three log scales.
  package func statistics(_ grid: TokenGrid) throws(CodecError) -> Tensor {
    try checkTokens(of: grid)
    return try passingErrors(of: identity.name) {
      let codewords = try codebook.lookUp(grid.tokens, height: grid.height, width: grid.width)
      return try decoder.run([codewords], threads: options.threads)[0]
    }
  }

  /// The decoder's output on the scale 0…1 of the original program, before it becomes bytes.
  package func colours(_ output: Tensor) -> Tensor { rounding.colours(output) }
}
