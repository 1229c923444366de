// The configurations of the published weights, written down: where there are weights they are read
// off the tensors, and `codec bench` without weights needs them.

extension ResidualStack {
  init(
    width: Int, multipliers: [Int], blocks: Int, attention: [Int], side: Side
  ) {
    // Without blocks nothing in an encoder widens the features.
    let multipliers = blocks == 0 ? multipliers.map { _ in 1 } : multipliers
    widths = multipliers.map { width * $0 }
    blockCounts = multipliers.map { _ in blocks }
    attentionLevels = attention
    hasMiddleAttention = true
    middleWidth = width * (multipliers.last ?? 1)
    firstWidth = side == .encoder ? width : middleWidth
  }

  enum Side { case encoder, decoder }
}

extension VQGANConfiguration {
  private init(
    width: Int = 128, multipliers: [Int], blocks: Int = 2, attention: [Int], latents: Int,
    codewords: Int, dimension: Int, quantizer: Quantizer = .nearestCodeword,
    decoder decoderKind: Decoder = .plain
  ) {
    self.quantizer = quantizer
    self.decoderKind = decoderKind
    encoder = ResidualStack(
      width: width, multipliers: multipliers, blocks: blocks, attention: attention, side: .encoder)
    decoder = ResidualStack(
      width: width, multipliers: multipliers, blocks: blocks + 1, attention: attention,
      side: .decoder)
    latentChannels = latents
    quantizedChannels = dimension
    codewordDimension = dimension
    codewordCount = codewords
    remappedCount = nil
  }

  /// The configuration of that codec's published weights; nil for codecs of other kinds.
  static func published(_ name: String) -> VQGANConfiguration? {
    switch name {
    case "default":
      VQGANConfiguration(
        width: 64, multipliers: [1, 1, 1, 2], blocks: 0, attention: [], latents: 64,
        codewords: 8192, dimension: 8)
    case "sber-f8", "sber-f8-dwt":
      VQGANConfiguration(
        multipliers: [1, 1, 2, 4], attention: [3], latents: 256, codewords: 8192, dimension: 256,
        quantizer: .gumbel, decoder: name == "sber-f8" ? .plain : .wavelet)
    case "taming":
      VQGANConfiguration(
        multipliers: [1, 1, 2, 2, 4], attention: [4], latents: 256, codewords: 16384,
        dimension: 256)
    case "movq":
      VQGANConfiguration(
        multipliers: [1, 2, 2, 4], attention: [3], latents: 4, codewords: 16384, dimension: 4,
        decoder: .spatialNorm)
    default: nil
    }
  }
}

extension HierarchicalVQVAEConfiguration {
  static let published = HierarchicalVQVAEConfiguration(
    encoder: ResidualStack(
      width: 128, multipliers: [1, 2, 4], blocks: 2, attention: [], side: .encoder),
    decoders: [([1, 1, 1, 2, 4], [4]), ([1, 1, 2, 4], []), ([1, 2, 4], [])].map {
      ResidualStack(width: 128, multipliers: $0, blocks: 1, attention: $1, side: .decoder)
    })

  private init(encoder: ResidualStack, decoders: [ResidualStack]) {
    self.encoder = encoder
    self.decoders = decoders
    latentChannels = 256
    codewordDimension = 256
    codewordCount = 20_000
  }
}

extension DVAEConfiguration {
  static let published = DVAEConfiguration(widths: [256, 512, 1024, 2048])

  private init(widths: [Int]) {
    encoderGroups = widths.map { Group(width: $0, blockCount: 2) }
    decoderGroups = encoderGroups.reversed()
    encoderWidth = widths[0]
    codewordDimension = 128
    codewordCount = 8192
    outputChannels = 6
  }
}
