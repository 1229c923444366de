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
public struct HierarchicalVQVAE: DiscreteCodec {
  /// Pixels per token side.
  public enum Rate: Int, CaseIterable, Hashable, Sendable {
    case f4 = 4
    case f8 = 8
    case f16 = 16

    /// How often the encoder's output is halved.
    var level: Int { rawValue.trailingZeroBitCount - 2 }
  }

  /// Name, digests and sizes.
  public var identity: CodecIdentity { autoencoder.identity }
  /// Policy and threads.
  public var options: CodecOptions { autoencoder.networks.options }
  /// The recipe of the original program.
  public var defaultRecipe: PreprocessingRecipe { autoencoder.networks.profile.recipe }
  /// Numbers in the tensors that all three rates use.
  public var parameterCount: Int { autoencoder.networks.weights.parameterCount }
  /// The rate of this value.
  public let rate: Rate
  /// The architecture.
  public let configuration: HierarchicalVQVAEConfiguration

  package let autoencoder: DiscreteAutoencoder

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
    self.rate = rate
    let layout = try passingErrors(of: name) {
      let layout = try Layout(weights, policy: options.policy)
      try weights.check()
      return layout
    }
    configuration = layout.configuration
    guard let encoder = layout.encoders[rate], let decoder = layout.decoders[rate] else {
      fatalError("every rate was laid out")
    }
    autoencoder = try DiscreteAutoencoder(
      CodecNetworks(
        name, encoder: encoder, decoder: decoder, patchSize: rate.rawValue, weights: weights,
        options: options),
      layout.quantizer)
  }

  /// The networks of all three rates and the quantizer, with every tensor asked for and none read.
  struct Layout {
    let configuration: HierarchicalVQVAEConfiguration
    private(set) var encoders: [Rate: Network] = [:]
    private(set) var decoders: [Rate: Network] = [:]
    let quantizer: VectorQuantizer

    init(_ weights: WeightLedger, policy: Policy = .balanced) throws {
      configuration = try HierarchicalVQVAEConfiguration(weights)
      let rows = weights.parameter(
        "quantize.embed.weight",
        [configuration.codewordCount, configuration.codewordDimension])
      quantizer = try VectorQuantizer(
        rows: rows,
        search: TokenSearch(matrix: rows, criterion: .nearestCodeword, policy: policy))
      for rate in Rate.allCases {
        encoders[rate] = try HierarchicalVQVAENetworks.encoder(configuration, rate, weights)
        decoders[rate] = try HierarchicalVQVAENetworks.decoder(configuration, rate, weights)
      }
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

  /// The decoder's output in standardized colours, before the mean is added.
  package func reconstruct(_ grid: TokenGrid) throws(CodecError) -> Tensor {
    try autoencoder.output(of: grid)
  }

  /// The decoder's output on the scale 0…1 of the original program, before it becomes bytes.
  package func colours(_ output: Tensor) -> Tensor {
    autoencoder.networks.profile.rounding.colours(output)
  }
}
