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
public struct VQGAN: ImageCodec {
  /// Name, digests and sizes.
  public let identity: CodecIdentity
  /// Policy and threads.
  public let options: CodecOptions
  /// The recipe of the original program.
  public let defaultRecipe: PreprocessingRecipe
  /// The architecture.
  public let configuration: VQGANConfiguration
  /// Numbers in the tensors that the codec uses.
  public let parameterCount: Int

  let canonicalWeights: CanonicalWeights
  package let encoder: NetworkExecutor
  package let decoder: NetworkExecutor
  let quantizer: VectorQuantizer
  private let sampler: GumbelSampler?
  let normalization: PixelNormalization
  private let rounding: PixelRounding

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
    quantizer = layout.quantizer
    sampler = layout.sampler
    encoder = NetworkExecutor(layout.encoder, policy: options.policy, engine: options.engine)
    decoder = NetworkExecutor(layout.decoder, policy: options.policy, engine: options.engine)
    canonicalWeights = CanonicalWeights(weights.used)
    parameterCount = canonicalWeights.parameterCount
    identity = try canonicalWeights.identity(
      name: name, codebook: quantizer.rows, patchSize: configuration.patchSize)
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
    let latents = try latents(of: image)
    let tokens = try passingErrors(of: identity.name) {
      try quantizer.tokens(of: latents, threads: options.threads).tokens
    }
    return TokenGrid(height: latents.height, width: latents.width, tokens: tokens)
  }

  /// Paints the picture that a token grid stands for: ``ImageCodec/decode(_:)-(TokenGrid)``.
  public func decode(_ grid: TokenGrid) throws(CodecError) -> RasterImage {
    try rounding.image(reconstruct(grid))
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
    try checkSize(of: image)
    return try passingErrors(of: identity.name) {
      try encoder.run([normalization.tensor(image)], threads: options.threads)[0]
    }
  }

  /// Paints latents that need not be codewords.
  ///
  /// - Parameter latents: One item of `[h, w, D]`.
  /// - Returns: The picture, rounded as the original program rounds.
  public func decode(latents: Tensor) throws(CodecError) -> RasterImage {
    try rounding.image(reconstruct(latents))
  }

  /// The decoder's output for a grid before clamping and rounding, in the network's own range.
  package func reconstruct(_ grid: TokenGrid) throws(CodecError) -> Tensor {
    try checkTokens(of: grid)
    let codewords = try passingErrors(of: identity.name) { try quantizer.codewords(of: grid) }
    return try reconstruct(codewords)
  }

  package func reconstruct(_ latents: Tensor) throws(CodecError) -> Tensor {
    guard latents.channels == configuration.codewordDimension, latents.batch == 1 else {
      throw CodecError(
        .latentChannels(expected: configuration.codewordDimension, found: latents.channels),
        codec: identity.name)
    }
    return try passingErrors(of: identity.name) {
      try decoder.run([latents], threads: options.threads)[0]
    }
  }
}
