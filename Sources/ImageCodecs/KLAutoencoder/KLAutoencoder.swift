public import Checkpoints
public import RasterImages
public import TensorKernels

/// An autoencoder with continuous latents, regularized towards a normal distribution: Kandinsky 2.0's
/// `vae.ckpt` and the first stages of latent diffusion. It has no codebook and makes no tokens.
///
/// Source: Rombach et al. 2022, "High-Resolution Image Synthesis with Latent Diffusion Models".
public struct KLAutoencoder: Sendable {
  /// What the encoder says about each latent: one item of `[h, w, D]` each.
  public struct Distribution: Sendable {
    /// The most probable latents.
    public let mean: Tensor
    /// The logarithm of the variance, limited to -30…20 as in the original.
    public let logVariance: Tensor
  }

  /// What Kandinsky 2.0 multiplies its latents by before diffusion. Nothing here applies it.
  public static let kandinskyScale: Float = 0.0512

  /// The codec's name.
  public let name = "kl-f8"
  /// SHA-256 over the canonical weights, as in a token codec's identity.
  public let weightsDigest: String
  /// Policy and threads.
  public var options: CodecOptions { networks.options }
  /// The recipe of the original program.
  public var defaultRecipe: PreprocessingRecipe { networks.profile.recipe }
  /// The encoder's levels.
  public let encoderStack: ResidualStack
  /// The decoder's levels.
  public let decoderStack: ResidualStack
  /// Numbers per latent (`embed_dim`).
  public let latentDimension: Int
  /// Numbers in the tensors that the codec uses.
  public var parameterCount: Int { networks.weights.parameterCount }

  /// Pixels per latent side.
  public var patchSize: Int { encoderStack.downsampling }

  let networks: CodecNetworks
  package var encoder: NetworkExecutor { networks.encoder }
  package var decoder: NetworkExecutor { networks.decoder }

  /// Makes an autoencoder from a checkpoint.
  ///
  /// - Throws: ``CodecError``: `anotherCodec`, `tensors`, `notFinite`, `checkpoint`, ….
  public init(
    checkpoint: Checkpoint, options: CodecOptions = CodecOptions()
  ) throws(CodecError) {
    let recognised = try CodecRecognition(checkpoint)
    guard recognised.family == .kl else {
      throw CodecError(.anotherCodec(found: recognised.name), codec: "kl-f8")
    }
    try self.init(WeightLedger(checkpoint, prefix: recognised.prefix), options: options)
  }

  init(_ weights: WeightLedger, options: CodecOptions) throws(CodecError) {
    let layout = try passingErrors(of: name) {
      let layout = try Layout(weights)
      try weights.check()
      return layout
    }
    encoderStack = layout.encoderStack
    decoderStack = layout.decoderStack
    latentDimension = layout.latentDimension
    networks = CodecNetworks(
      name, encoder: layout.encoder, decoder: layout.decoder,
      patchSize: encoderStack.downsampling, weights: weights, options: options)
    weightsDigest = try passingErrors(of: name) {
      try WeightDigest.weights(weights.used)
    }
  }

  /// Both networks, with every tensor asked for and none read.
  struct Layout {
    let encoderStack: ResidualStack
    let decoderStack: ResidualStack
    let latentDimension: Int
    let encoder: Network
    let decoder: Network

    init(_ weights: WeightLedger) throws {
      encoderStack = try ResidualStack(encoder: "encoder", weights)
      decoderStack = try ResidualStack(decoder: "decoder", weights)
      latentDimension = try weights.extent("post_quant_conv.weight", 1)
      let moments = try weights.extent("encoder.conv_out.weight", 0)
      let features = try weights.extent("decoder.conv_in.weight", 1)
      var layers = LayerBuilder(weights, network: NetworkBuilder())
      let pixels = layers.network.input(channels: 3, label: "picture")
      let encoded = try layers.encoder(pixels, "encoder", encoderStack, to: moments)
      let distribution = try layers.convolution(
        encoded, "quant_conv", to: 2 * latentDimension, kernel: 1)
      encoder = layers.network.finish([distribution])

      layers = LayerBuilder(weights, network: NetworkBuilder())
      let latents = layers.network.input(channels: latentDimension, label: "latents")
      let widened = try layers.convolution(latents, "post_quant_conv", to: features, kernel: 1)
      let painted = try layers.decoder(widened, "decoder", decoderStack, to: 3)
      decoder = layers.network.finish([painted])
    }
  }

  /// The mean of the latents: what Kandinsky 2.0 and latent diffusion's reconstructions use.
  ///
  /// - Parameter image: Height and width are positive multiples of ``patchSize``.
  /// - Returns: One item of `[h, w, latentDimension]`, unscaled.
  public func encodeLatents(_ image: RasterImage) throws(CodecError) -> Tensor {
    try distribution(of: image).mean
  }

  /// Mean and variance of the latents.
  public func distribution(of image: RasterImage) throws(CodecError) -> Distribution {
    let moments = try networks.latents(of: image)
    func half(_ offset: Int, _ limit: (Float) -> Float) -> Tensor {
      var values: [Float] = []
      values.reserveCapacity(moments.values.count / 2)
      for start in stride(from: offset, to: moments.values.count, by: 2 * latentDimension) {
        values.append(contentsOf: moments.values[start..<start + latentDimension].map(limit))
      }
      return Tensor(
        height: moments.height, width: moments.width, channels: latentDimension, values: values)
    }
    return Distribution(
      mean: half(0) { $0 }, logVariance: half(latentDimension) { min(max($0, -30), 20) })
  }

  /// Paints latents.
  ///
  /// - Parameter latents: One item of `[h, w, latentDimension]`, unscaled.
  /// - Returns: The picture, rounded as Kandinsky rounds.
  public func decodeLatents(_ latents: Tensor) throws(CodecError) -> RasterImage {
    networks.picture(try reconstruct(latents))
  }

  package func reconstruct(_ latents: Tensor) throws(CodecError) -> Tensor {
    try networks.output(of: latents, channels: latentDimension)
  }
}
