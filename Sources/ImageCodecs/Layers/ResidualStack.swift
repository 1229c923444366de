/// The shape of one side of an autoencoder of the VQ-GAN family: how wide each resolution level is,
/// how many residual blocks it has, and where attention stands.
///
/// Level 0 has the picture's resolution; each further one halves it.
public struct ResidualStack: Hashable, Sendable {
  /// Channels of each level's features.
  public let widths: [Int]
  /// Residual blocks of each level (0 is possible in an encoder).
  public let blockCounts: [Int]
  /// Levels whose blocks are each followed by attention.
  public let attentionLevels: [Int]
  /// Whether the two middle blocks have attention between them.
  public let hasMiddleAttention: Bool
  /// Channels of the features in the middle.
  public let middleWidth: Int
  /// Channels of the first convolution's output.
  public let firstWidth: Int

  /// Pixels per latent in each direction.
  public var downsampling: Int { 1 << (widths.count - 1) }

  /// Reads an encoder's shape off its tensors (`down.0…`).
  init(encoder path: String, _ weights: WeightLedger) throws(CodecError) {
    let levels = 1 + weights.count { "\(path).down.\($0).downsample.conv.weight" }
    try self.init(path, side: "down", levels: levels, weights)
  }

  /// Reads a decoder's shape off its tensors (`up.0…`).
  init(decoder path: String, _ weights: WeightLedger) throws(CodecError) {
    let levels = 1 + weights.count { "\(path).up.\($0 + 1).upsample.conv.weight" }
    try self.init(path, side: "up", levels: levels, weights)
  }

  private init(
    _ path: String, side: String, levels: Int, _ weights: WeightLedger
  ) throws(CodecError) {
    guard levels <= 16 else {
      throw CodecError(.extent(tensor: "\(path).\(side)", value: levels, limit: 16))
    }
    let middle = try weights.extent("\(path).mid.block_1.conv1.weight", 0)
    middleWidth = middle
    firstWidth = try weights.extent("\(path).conv_in.weight", 0)
    hasMiddleAttention = weights.contains("\(path).mid.attn_1.q.weight")
    var widths: [Int] = []
    var blockCounts: [Int] = []
    var attentionLevels: [Int] = []
    for level in 0..<levels {
      let here = "\(path).\(side).\(level)"
      let blocks = weights.count { "\(here).block.\($0).conv1.weight" }
      blockCounts.append(blocks)
      if weights.contains("\(here).attn.0.q.weight") { attentionLevels.append(level) }
      if blocks > 0 {
        widths.append(try weights.extent("\(here).block.0.conv1.weight", 0))
      } else if weights.contains("\(here).downsample.conv.weight") {
        // Without blocks a level is its strided convolution alone.
        widths.append(try weights.extent("\(here).downsample.conv.weight", 0))
      } else {
        widths.append(middle)
      }
    }
    self.widths = widths
    self.blockCounts = blockCounts
    self.attentionLevels = attentionLevels
  }
}
