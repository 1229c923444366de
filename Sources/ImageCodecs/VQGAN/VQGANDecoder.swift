import TensorKernels

/// Latents to pictures: the 1x1 convolution `post_quant_conv` and the decoder behind it, plain, with
/// spatial normalization, or painting wavelet bands.
enum VQGANDecoder {
  /// Builds the network: `[h, w, codewordDimension]` to a picture before clamping.
  static func network(
    _ configuration: VQGANConfiguration, _ weights: WeightLedger
  ) throws -> Network {
    var builder = NetworkBuilder()
    let latents = builder.input(channels: configuration.codewordDimension, label: "latents")
    let kind = configuration.decoderKind
    var layers = LayerBuilder(
      weights, network: builder,
      normalization: kind == .spatialNorm ? .spatial(latent: latents) : .group)
    let features = try layers.convolution(
      latents, VQGANConfiguration.postQuantPath(kind), to: configuration.latentChannels, kernel: 1)
    let painted = try layers.decoder(
      features, VQGANConfiguration.decoderPath(kind), configuration.decoder,
      to: kind == .wavelet ? 12 : 3)
    guard kind == .wavelet else { return layers.network.finish([painted]) }
    // The filters in such files are Haar's and nothing else, so they are not read.
    let picture = try layers.network.haarSynthesis(painted, label: "decoder.idwt")
    return layers.network.finish([picture])
  }
}
