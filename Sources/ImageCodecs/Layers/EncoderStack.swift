import TensorKernels

extension LayerBuilder {
  /// The encoder of the VQ-GAN family: pictures to features of `1 / stack.downsampling` the size.
  ///
  /// - Parameters:
  ///   - x: The normalized picture.
  ///   - path: Where the encoder's tensors stand (`encoder`).
  ///   - stack: Its shape.
  ///   - channels: Channels of the result.
  mutating func encoder(
    _ x: Value, _ path: String, _ stack: ResidualStack, to channels: Int
  ) throws -> Value {
    var h = try convolution(x, "\(path).conv_in", to: stack.firstWidth)
    for level in stack.widths.indices {
      let here = "\(path).down.\(level)"
      for block in 0..<stack.blockCounts[level] {
        h = try residualBlock(h, "\(here).block.\(block)", to: stack.widths[level])
        if stack.attentionLevels.contains(level) {
          h = try attentionBlock(h, "\(here).attn.\(block)")
        }
      }
      if level < stack.widths.count - 1 { h = try downsample(h, "\(here).downsample.conv") }
    }
    h = try middle(h, "\(path).mid", stack)
    return try head(h, path, to: channels)
  }

  /// The decoder of the VQ-GAN family: latents to pictures of `stack.downsampling` times the size.
  ///
  /// Levels are stored from the finest to the coarsest and run the other way.
  mutating func decoder(
    _ x: Value, _ path: String, _ stack: ResidualStack, to channels: Int
  ) throws -> Value {
    var h = try convolution(x, "\(path).conv_in", to: stack.firstWidth)
    h = try middle(h, "\(path).mid", stack)
    for level in stack.widths.indices.reversed() {
      let here = "\(path).up.\(level)"
      for block in 0..<stack.blockCounts[level] {
        h = try residualBlock(h, "\(here).block.\(block)", to: stack.widths[level])
        if stack.attentionLevels.contains(level) {
          h = try attentionBlock(h, "\(here).attn.\(block)")
        }
      }
      if level > 0 { h = try upsample(h, "\(here).upsample") }
    }
    return try head(h, path, to: channels)
  }
}
