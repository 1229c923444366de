import RasterImages
import TensorKernels

/// The two networks of a codec, and what its original program does to pixels before and after them.
struct CodecNetworks: Sendable {
  let profile: CodecProfile
  let options: CodecOptions
  /// Pixels per latent side of the pictures that are encoded.
  let patchSize: Int
  let encoder: NetworkExecutor
  let decoder: NetworkExecutor
  let weights: CanonicalWeights
  /// The codec's name in errors; that of the profile unless the user chose another.
  let name: String

  /// - Parameter weights: Asked for every tensor that the networks use.
  init(
    _ name: String, encoder: Network, decoder: Network, patchSize: Int, weights: WeightLedger,
    options: CodecOptions
  ) {
    self.name = name
    profile = CodecProfile(name)
    self.options = options
    self.patchSize = patchSize
    self.encoder = NetworkExecutor(encoder, policy: options.policy, engine: options.engine)
    self.decoder = NetworkExecutor(decoder, policy: options.policy, engine: options.engine)
    self.weights = CanonicalWeights(weights.used)
  }

  /// What the encoder takes: one item of `[height, width, 3]`.
  func input(_ image: RasterImage) -> Tensor { profile.normalization.tensor(image) }

  /// The encoder's output: one item of `[height / patchSize, width / patchSize, channels]`.
  func latents(of image: RasterImage) throws(CodecError) -> Tensor {
    guard image.height % patchSize == 0, image.width % patchSize == 0 else {
      throw CodecError(
        .sizeNotMultiple(height: image.height, width: image.width, patchSize: patchSize),
        codec: name)
    }
    return try passingErrors(of: name) {
      try encoder.run([input(image)], threads: options.threads)[0]
    }
  }

  /// The decoder's output in the network's own range.
  ///
  /// - Parameters:
  ///   - latents: One item of `[h, w, channels]`.
  ///   - channels: As many as the decoder takes.
  func output(of latents: Tensor, channels: Int) throws(CodecError) -> Tensor {
    guard latents.channels == channels, latents.batch == 1 else {
      throw CodecError(
        .latentChannels(expected: channels, found: latents.channels), codec: name)
    }
    return try passingErrors(of: name) {
      try decoder.run([latents], threads: options.threads)[0]
    }
  }

  /// The bytes of the decoder's output.
  func picture(_ output: Tensor) -> RasterImage { profile.rounding.image(output) }
}
