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
public struct DVAE: DiscreteCodec {
  /// Name, digests and sizes.
  public var identity: CodecIdentity { autoencoder.identity }
  /// Policy and threads.
  public var options: CodecOptions { autoencoder.networks.options }
  /// The recipe of the original program.
  public var defaultRecipe: PreprocessingRecipe { autoencoder.networks.profile.recipe }
  /// Numbers in the tensors that the codec uses.
  public var parameterCount: Int { autoencoder.networks.weights.parameterCount }
  /// The architecture.
  public let configuration: DVAEConfiguration

  package let autoencoder: DiscreteAutoencoder

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
    let layout = try passingErrors(of: name) {
      let layout = try Layout(weights, policy: options.policy)
      try weights.check()
      return layout
    }
    configuration = layout.configuration
    autoencoder = try DiscreteAutoencoder(
      CodecNetworks(
        name, encoder: layout.encoder, decoder: layout.decoder,
        patchSize: configuration.patchSize, weights: weights, options: options),
      layout.quantizer)
  }

  /// Both networks and the quantizer, with every tensor asked for and none read.
  struct Layout {
    let configuration: DVAEConfiguration
    let encoder: Network
    let decoder: Network
    let quantizer: VectorQuantizer

    init(_ weights: WeightLedger, policy: Policy = .balanced) throws {
      configuration = try DVAEConfiguration(weights)
      encoder = try DVAENetworks.encoder(configuration, weights)
      decoder = try DVAENetworks.decoder(configuration, weights)
      quantizer = try VectorQuantizer(
        rows: DVAE.codewords(configuration, weights),
        search: TokenSearch(
          matrix: weights.parameter(
            "encoder.blocks.output.conv.w",
            [configuration.codewordCount, encoder.outputChannels[0], 1, 1]),
          criterion: .largestLogit(
            bias: weights.parameter(
              "encoder.blocks.output.conv.b", [configuration.codewordCount])),
          policy: policy))
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
    try autoencoder.encode(image)
  }

  /// Paints the picture that a token grid stands for: ``ImageCodec/decode(_:)-(TokenGrid)``.
  public func decode(_ grid: TokenGrid) throws(CodecError) -> RasterImage {
    try autoencoder.decode(grid)
  }

  /// The decoder's raw output: three logits of the colours, then three log scales.
  package func statistics(_ grid: TokenGrid) throws(CodecError) -> Tensor {
    try autoencoder.output(of: grid)
  }

  /// The decoder's output on the scale 0…1 of the original program, before it becomes bytes.
  package func colours(_ output: Tensor) -> Tensor {
    autoencoder.networks.profile.rounding.colours(output)
  }
}
