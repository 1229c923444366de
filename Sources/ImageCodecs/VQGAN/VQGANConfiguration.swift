/// The architecture of a ``VQGAN``, read off its tensors' names and shapes.
public struct VQGANConfiguration: Hashable, Sendable {
  /// How latents become tokens.
  public enum Quantizer: String, Hashable, Sendable {
    /// The nearest codeword (taming-transformers, latent diffusion, MoVQ).
    case nearestCodeword = "nearest codeword"
    /// The largest of as many logits as there are codewords (Gumbel: ru-dALL-E, taming's GumbelVQ).
    case gumbel = "largest Gumbel logit"
  }

  /// What kind of decoder paints the picture.
  public enum Decoder: String, Hashable, Sendable {
    case plain
    /// Twelve channels are the wavelet bands of a picture of twice the size (ru-dALL-E's DWT).
    case wavelet
    /// Every normalization is modulated by the latent (MoVQ).
    case spatialNorm = "spatial norm"
  }

  /// How latents become tokens.
  public let quantizer: Quantizer
  /// What kind of decoder paints the picture.
  public let decoderKind: Decoder
  /// The encoder's levels.
  public let encoder: ResidualStack
  /// The decoder's levels.
  public let decoder: ResidualStack
  /// Channels of the encoder's output and the decoder's input (`z_channels`).
  public let latentChannels: Int
  /// Channels of the encoder's latents after `quant_conv`.
  public let quantizedChannels: Int
  /// Numbers per codeword (`embed_dim`).
  public let codewordDimension: Int
  /// Codewords in the codebook (`n_embed`).
  public let codewordCount: Int
  /// Codewords that tokens count through when the codebook was remapped to those in use.
  public let remappedCount: Int?

  /// Pixels per token side of the pictures that are encoded.
  public var patchSize: Int { encoder.downsampling }

  /// Pixels per token side of the pictures that are painted.
  public var paintedPatchSize: Int {
    decoder.downsampling * (decoderKind == .wavelet ? 2 : 1)
  }

  init(_ weights: WeightLedger) throws(CodecError) {
    if weights.contains("decoder.decoder.conv_in.weight") {
      decoderKind = .wavelet
    } else if weights.contains("decoder.mid.block_1.norm1.conv_y.weight") {
      decoderKind = .spatialNorm
    } else {
      decoderKind = .plain
    }
    quantizer = weights.contains("quantize.embed.weight") ? .gumbel : .nearestCodeword
    encoder = try ResidualStack(encoder: "encoder", weights)
    decoder = try ResidualStack(decoder: Self.decoderPath(decoderKind), weights)
    latentChannels = try weights.extent("encoder.conv_out.weight", 0)
    quantizedChannels = try weights.extent("quant_conv.weight", 0)
    let codebook = Self.codebookName(quantizer)
    codewordCount = try weights.extent(codebook, 0)
    codewordDimension = try weights.extent(codebook, 1)
    remappedCount =
      weights.contains("quantize.used") ? try weights.extent("quantize.used", 0) : nil
  }

  static func codebookName(_ quantizer: Quantizer) -> String {
    quantizer == .gumbel ? "quantize.embed.weight" : "quantize.embedding.weight"
  }

  static func decoderPath(_ kind: Decoder) -> String {
    kind == .wavelet ? "decoder.decoder" : "decoder"
  }

  /// The inner one of the wavelet decoder; the outer one in such files is not used.
  static func postQuantPath(_ kind: Decoder) -> String {
    kind == .wavelet ? "decoder.post_quant_conv" : "post_quant_conv"
  }
}
