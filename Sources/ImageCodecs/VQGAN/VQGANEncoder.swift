import TensorKernels

/// Pictures to latents: the encoder and the 1x1 convolution `quant_conv` behind it.
enum VQGANEncoder {
  /// Builds the network: a normalized picture to `[h, w, quantizedChannels]`.
  static func network(
    _ configuration: VQGANConfiguration, _ weights: WeightLedger
  ) throws -> Network {
    var layers = LayerBuilder(weights, network: NetworkBuilder())
    let pixels = layers.network.input(channels: 3, label: "picture")
    let features = try layers.encoder(
      pixels, "encoder", configuration.encoder, to: configuration.latentChannels)
    let latents = try layers.convolution(
      features, "quant_conv", to: configuration.quantizedChannels, kernel: 1)
    return layers.network.finish([latents])
  }
}
