import TensorKernels

/// The networks of a ``HierarchicalVQVAE``.
enum HierarchicalVQVAENetworks {
  /// A normalized picture to latents in the codebook's space.
  static func encoder(
    _ configuration: HierarchicalVQVAEConfiguration, _ rate: HierarchicalVQVAE.Rate,
    _ weights: WeightLedger
  ) throws -> Network {
    var layers = LayerBuilder(weights, network: NetworkBuilder())
    let pixels = layers.network.input(channels: 3, label: "picture")
    var h = try layers.encoder(
      pixels, "enc", configuration.encoder, to: configuration.latentChannels)
    for level in 0..<rate.level {
      let path = "down_samplers.\(level)"
      let pooled = layers.network.averagePool2x2(h, label: "\(path).pooling_down_sampler")
      let strided = try layers.downsample(h, "\(path).conv_down_sampler.conv")
      h = try layers.network.add(pooled, strided, label: path)
    }
    h = try layers.convolution(
      h, "quantize.proj", to: configuration.codewordDimension, kernel: 1)
    return layers.network.finish([h])
  }

  /// Codewords to a picture in standardized colours.
  static func decoder(
    _ configuration: HierarchicalVQVAEConfiguration, _ rate: HierarchicalVQVAE.Rate,
    _ weights: WeightLedger
  ) throws -> Network {
    var layers = LayerBuilder(weights, network: NetworkBuilder())
    let latents = layers.network.input(channels: configuration.codewordDimension, label: "latents")
    let index = 2 - rate.level
    let painted = try layers.decoder(
      latents, "decs.\(index)", configuration.decoders[index], to: 3)
    return layers.network.finish([painted])
  }
}
