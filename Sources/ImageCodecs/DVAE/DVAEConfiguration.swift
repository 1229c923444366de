import Checkpoints

/// The architecture of a ``DVAE``, read off its tensors.
public struct DVAEConfiguration: Hashable, Sendable {
  /// One group of residual blocks at one resolution.
  public struct Group: Hashable, Sendable {
    /// Channels of the group's features.
    public let width: Int
    /// Residual blocks.
    public let blockCount: Int
  }

  /// The encoder's groups, finest first; each but the last is followed by a pooling.
  public let encoderGroups: [Group]
  /// The decoder's groups, coarsest first; each but the last is followed by an upsampling.
  public let decoderGroups: [Group]
  /// Channels of the encoder's first convolution.
  public let encoderWidth: Int
  /// Numbers per codeword: channels of the decoder's first convolution.
  public let codewordDimension: Int
  /// Codewords, which are the encoder's logits.
  public let codewordCount: Int
  /// Channels of the decoder's output: colours, then as many log scales.
  public let outputChannels: Int

  /// Pixels per token side.
  public var patchSize: Int { 1 << (encoderGroups.count - 1) }

  init(_ weights: WeightLedger) throws(CodecError) {
    encoderWidth = try weights.extent("encoder.blocks.input.w", 0)
    codewordDimension = try weights.extent("decoder.blocks.input.w", 0)
    codewordCount = try weights.extent("decoder.blocks.input.w", 1)
    outputChannels = try weights.extent("decoder.blocks.output.conv.w", 0)
    encoderGroups = try Self.groups("encoder", weights)
    decoderGroups = try Self.groups("decoder", weights)
    guard outputChannels >= 3 else {
      throw CodecError(
        .tensors([
          TensorProblem(
            name: "decoder.blocks.output.conv.w", expected: [6, decoderGroups[0].width, 1, 1],
            found: weights.tensors["decoder.blocks.output.conv.w"]?.shape)
        ]))
    }
  }

  private static func groups(_ side: String, _ weights: WeightLedger) throws(CodecError) -> [Group]
  {
    func block(_ group: Int, _ block: Int) -> String {
      "\(side).blocks.group_\(group + 1).block_\(block + 1).res_path.conv_4.w"
    }
    let count = weights.count { block($0, 0) }
    guard (1...16).contains(count) else {
      throw CodecError(.extent(tensor: "\(side).blocks", value: count, limit: 16))
    }
    var groups: [Group] = []
    for group in 0..<count {
      groups.append(
        Group(
          width: try weights.extent(block(group, 0), 0),
          blockCount: weights.count { block(group, $0) }))
    }
    return groups
  }
}
