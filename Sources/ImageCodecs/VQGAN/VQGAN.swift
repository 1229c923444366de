public import Checkpoints
public import RasterImages
public import TensorKernels
public import Tokens

/// A convolutional autoencoder with a discrete code: taming-transformers' VQ-GAN and its relatives.
///
/// One type serves the default codec, ru-dALL-E's Gumbel VQ-GAN with either decoder,
/// taming-transformers with every quantizer, the first stages of latent diffusion, and MoVQ. What a
/// checkpoint is follows from its tensors. Any height and width are possible that
/// ``ImageCodec/patchSize`` divides.
///
/// ```swift
/// let codec = try VQGAN(checkpoint: Checkpoint(contentsOf: url))
/// let grid = try codec.encode(picture)
/// ```
///
/// Source: Esser, Rombach, Ommer 2021, "Taming Transformers for High-Resolution Image Synthesis".
public struct VQGAN: DiscreteCodec {
  /// Name, digests and sizes.
  public var identity: CodecIdentity { autoencoder.identity }
  /// Policy and threads.
  public var options: CodecOptions { autoencoder.networks.options }
  /// The recipe of the original program.
  public var defaultRecipe: PreprocessingRecipe { autoencoder.networks.profile.recipe }
  /// Numbers in the tensors that the codec uses.
  public var parameterCount: Int { autoencoder.networks.weights.parameterCount }
  /// The architecture.
  public let configuration: VQGANConfiguration

  package let autoencoder: DiscreteAutoencoder
  private let sampler: GumbelSampler?

  /// Makes a codec from a checkpoint, whatever container it came in.
  ///
  /// All weights that are used are read once, for the digests and to see that they are finite.
  /// Those of a direction are prepared when it is first used.
  ///
  /// - Parameters:
  ///   - checkpoint: Tensors of the VQ-GAN family; others beside them (losses, optimizer states,
  ///     moving averages) are ignored.
  ///   - name: The codec's name; nil to tell it from the tensors.
  ///   - options: Policy and threads.
  /// - Throws: ``CodecError``: `unrecognised`, `tensors`, `notFinite`, `checkpoint`, ….
  public init(
    checkpoint: Checkpoint, name: String? = nil, options: CodecOptions = CodecOptions()
  ) throws(CodecError) {
    let recognised = try CodecRecognition(checkpoint)
    guard recognised.family == .vqgan else {
      throw CodecError(.anotherCodec(found: recognised.name), codec: name)
    }
    try self.init(
      WeightLedger(checkpoint, prefix: recognised.prefix), name: name ?? recognised.name,
      options: options)
  }

  init(_ weights: WeightLedger, name: String, options: CodecOptions) throws(CodecError) {
    let layout = try passingErrors(of: name) {
      let layout = try Layout(weights, policy: options.policy)
      try weights.check()
      return layout
    }
    configuration = layout.configuration
    sampler = layout.sampler
    autoencoder = try DiscreteAutoencoder(
      CodecNetworks(
        name, encoder: layout.encoder, decoder: layout.decoder,
        patchSize: configuration.patchSize, weights: weights, options: options),
      layout.quantizer)
  }

  /// Both networks and the quantizer, with every tensor asked for and none read.
  struct Layout {
    let configuration: VQGANConfiguration
    let encoder: Network
    let decoder: Network
    let quantizer: VectorQuantizer
    let sampler: GumbelSampler?

    init(_ weights: WeightLedger, policy: Policy = .balanced) throws {
      configuration = try VQGANConfiguration(weights)
      encoder = try VQGANEncoder.network(configuration, weights)
      decoder = try VQGANDecoder.network(configuration, weights)
      quantizer = try VectorQuantizer(configuration, weights, policy: policy)
      sampler =
        configuration.quantizer == .gumbel
        ? try GumbelSampler(
          channels: configuration.quantizedChannels, size: quantizer.size, weights,
          policy: policy) : nil
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

  /// Draws a token grid at random, with the probabilities that a Gumbel codec's logits stand for:
  /// the augmentation that ru-dALL-E's programs call `gumbel_softmax`.
  ///
  /// - Parameters:
  ///   - image: As for ``ImageCodec/encode(_:)-(RasterImage)``.
  ///   - seed: The same seed draws the same grid.
  /// - Returns: A grid; `nil` when the codec has no logits (nearest-codeword quantizers).
  public func sample(_ image: RasterImage, seed: UInt64) throws(CodecError) -> TokenGrid? {
    guard let sampler else { return nil }
    let latents = try latents(of: image)
    let tokens = try passingErrors(of: identity.name) {
      try sampler.tokens(of: latents, seed: seed, threads: options.threads)
    }
    return TokenGrid(height: latents.height, width: latents.width, tokens: tokens)
  }

  /// The encoder's output before a codeword replaces it.
  ///
  /// - Parameter image: As for ``ImageCodec/encode(_:)-(RasterImage)``.
  /// - Returns: One item of `[h, w, D]`. MoVQ's users take these as continuous latents.
  public func latents(of image: RasterImage) throws(CodecError) -> Tensor {
    try autoencoder.networks.latents(of: image)
  }

  /// Paints latents that need not be codewords.
  ///
  /// - Parameter latents: One item of `[h, w, D]`.
  /// - Returns: The picture, rounded as the original program rounds.
  public func decode(latents: Tensor) throws(CodecError) -> RasterImage {
    autoencoder.networks.picture(try reconstruct(latents))
  }

  /// The decoder's output for a grid before clamping and rounding, in the network's own range.
  package func reconstruct(_ grid: TokenGrid) throws(CodecError) -> Tensor {
    try autoencoder.output(of: grid)
  }

  package func reconstruct(_ latents: Tensor) throws(CodecError) -> Tensor {
    try autoencoder.output(of: latents)
  }
}
