package import TensorKernels
import Tokens

/// A codec laid open for measuring: its two networks and the search between them.
package struct CodecParts: Sendable {
  /// The codec's name.
  package let name: String
  /// Normalized pictures to latents.
  package let encoder: NetworkExecutor
  /// Latents to tokens.
  package let search: TokenSearch
  /// Codewords to pictures.
  package let decoder: NetworkExecutor
  /// Pixels per token side of the pictures that are encoded.
  package let patchSize: Int

  /// The parts of a codec that has been loaded; nil for one of another library.
  package init?(of codec: any ImageCodec) {
    guard let codec = codec as? any DiscreteCodec else { return nil }
    name = codec.identity.name
    patchSize = codec.patchSize
    encoder = codec.autoencoder.encoder
    search = codec.autoencoder.search
    decoder = codec.autoencoder.decoder
  }

  /// The networks of a codec at the size of its published weights, with random weights: as fast and
  /// as slow as the real ones, and of no other use.
  ///
  /// - Parameters:
  ///   - name: A codec's name.
  ///   - options: How the kernels compute.
  /// - Throws: `unknownCodec` for a name that is none, `latentsOnly` for one without tokens.
  package init(
    randomWeightsOf name: String, options: CodecOptions
  ) throws(CodecError) {
    let policy = options.policy
    _ = try CodecCatalog.profile(named: name)
    self.name = name
    let weights = WeightLedger(randomSeed: 20_261_121)
    (encoder, search, decoder, patchSize) = try passingErrors(of: name) {
      let (encoder, search, decoder): (Network, TokenSearch, Network)
      if name == "dalle-dvae" {
        let configuration = DVAEConfiguration.published
        encoder = try DVAENetworks.encoder(configuration, weights)
        decoder = try DVAENetworks.decoder(configuration, weights)
        search = try TokenSearch(
          matrix: weights.parameter(
            "encoder.blocks.output.conv.w",
            [configuration.codewordCount, encoder.outputChannels[0], 1, 1]),
          criterion: .largestLogit(
            bias: weights.parameter("encoder.blocks.output.conv.b", [configuration.codewordCount])),
          policy: policy)
      } else if let rate = HierarchicalVQVAE.Rate.allCases.first(where: {
        name == "ice-f\($0.rawValue)"
      }) {
        let configuration = HierarchicalVQVAEConfiguration.published
        encoder = try HierarchicalVQVAENetworks.encoder(configuration, rate, weights)
        decoder = try HierarchicalVQVAENetworks.decoder(configuration, rate, weights)
        search = try TokenSearch(
          matrix: weights.parameter(
            "quantize.embed.weight",
            [configuration.codewordCount, configuration.codewordDimension]),
          criterion: .nearestCodeword, policy: policy)
      } else if let configuration = VQGANConfiguration.published(name) {
        encoder = try VQGANEncoder.network(configuration, weights)
        decoder = try VQGANDecoder.network(configuration, weights)
        search = try VectorQuantizer(configuration, weights, policy: policy).search
      } else {
        throw CodecError(.latentsOnly, codec: name)
      }
      let side = 64
      let latent = try encoder.outputExtents(height: side, width: side)[0]
      return (
        NetworkExecutor(encoder, policy: policy, engine: options.engine), search,
        NetworkExecutor(decoder, policy: policy, engine: options.engine), side / latent.height
      )
    }
  }
}
