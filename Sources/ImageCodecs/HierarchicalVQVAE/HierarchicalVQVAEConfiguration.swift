/// The architecture of a ``HierarchicalVQVAE``, read off its tensors.
public struct HierarchicalVQVAEConfiguration: Hashable, Sendable {
  /// The encoder's levels.
  public let encoder: ResidualStack
  /// The decoders in the file's order: for the rates 16, 8 and 4.
  public let decoders: [ResidualStack]
  /// Channels of the encoder's output.
  public let latentChannels: Int
  /// Numbers per codeword.
  public let codewordDimension: Int
  /// Codewords of the one codebook.
  public let codewordCount: Int

  init(_ weights: WeightLedger) throws(CodecError) {
    encoder = try ResidualStack(encoder: "enc", weights)
    var decoders: [ResidualStack] = []
    for index in 0..<HierarchicalVQVAE.Rate.allCases.count {
      decoders.append(try ResidualStack(decoder: "decs.\(index)", weights))
    }
    self.decoders = decoders
    latentChannels = try weights.extent("enc.conv_out.weight", 0)
    codewordCount = try weights.extent("quantize.embed.weight", 0)
    codewordDimension = try weights.extent("quantize.embed.weight", 1)
    for (rate, stack) in zip(HierarchicalVQVAE.Rate.allCases.reversed(), decoders)
    where stack.downsampling != rate.rawValue || encoder.downsampling != 4 {
      throw CodecError(
        .anotherCodec(
          found: "a hierarchical VQ-VAE of other rates (f\(stack.downsampling) for "
            + "f\(rate.rawValue))"))
    }
  }
}
