import TensorKernels

/// The two networks of a ``DVAE``.
///
/// Source: Ramesh et al. 2021, appendix A, and the published module classes.
struct DVAENetworks {
  private var network = NetworkBuilder()
  private let weights: WeightLedger

  private init(_ weights: WeightLedger) { self.weights = weights }

  /// A normalized picture to the features that `blocks.output.conv` turns into logits.
  static func encoder(_ configuration: DVAEConfiguration, _ weights: WeightLedger) throws -> Network
  {
    var layers = DVAENetworks(weights)
    let pixels = layers.network.input(channels: 3, label: "picture")
    var h = try layers.convolution(
      pixels, "encoder.blocks.input", to: configuration.encoderWidth, kernel: 7)
    let groups = configuration.encoderGroups
    for (index, group) in groups.enumerated() {
      h = try layers.group(
        h, "encoder.blocks.group_\(index + 1)", group, gain: gain(groups), kernels: [3, 3, 3, 1])
      if index < groups.count - 1 {
        h = layers.network.maxPool2x2(h, label: "encoder.blocks.group_\(index + 1).pool")
      }
    }
    h = layers.network.relu(h, label: "encoder.blocks.output.relu")
    return layers.network.finish([h])
  }

  /// Codewords to the raw statistics of the picture's pixels. The original multiplies a one-hot
  /// picture; a row of `blocks.input` is the same.
  static func decoder(_ configuration: DVAEConfiguration, _ weights: WeightLedger) throws -> Network
  {
    var layers = DVAENetworks(weights)
    var h = layers.network.input(
      channels: configuration.codewordDimension, label: "decoder.blocks.input")
    let groups = configuration.decoderGroups
    for (index, group) in groups.enumerated() {
      let path = "decoder.blocks.group_\(index + 1)"
      h = try layers.group(h, path, group, gain: gain(groups), kernels: [1, 3, 3, 3])
      if index < groups.count - 1 {
        h = layers.network.upsampleNearest2x(h, label: "\(path).upsample")
      }
    }
    h = layers.network.relu(h, label: "decoder.blocks.output.relu")
    h = try layers.convolution(
      h, "decoder.blocks.output.conv", to: configuration.outputChannels, kernel: 1)
    return layers.network.finish([h])
  }

  /// What each residual path is scaled by: one over the square of the number of blocks.
  private static func gain(_ groups: [DVAEConfiguration.Group]) -> Float {
    let blocks = groups.reduce(0) { $0 + $1.blockCount }
    return 1 / Float(blocks * blocks)
  }

  private mutating func group(
    _ x: Network.Value, _ path: String, _ group: DVAEConfiguration.Group, gain: Float,
    kernels: [Int]
  ) throws -> Network.Value {
    var h = x
    for block in 1...group.blockCount {
      h = try residualBlock(
        h, "\(path).block_\(block)", to: group.width, gain: gain, kernels: kernels)
    }
    return h
  }

  private mutating func residualBlock(
    _ x: Network.Value, _ path: String, to channels: Int, gain: Float, kernels: [Int]
  ) throws -> Network.Value {
    let hidden = channels / 4
    var h = x
    for (index, kernel) in kernels.enumerated() {
      h = network.relu(h, label: "\(path).res_path.relu_\(index + 1)")
      h = try convolution(
        h, "\(path).res_path.conv_\(index + 1)", to: index == 3 ? channels : hidden, kernel: kernel)
    }
    let identity =
      x.channels == channels
      ? x : try convolution(x, "\(path).id_path", to: channels, kernel: 1)
    return try network.add(identity, h, gain: gain, label: path)
  }

  private mutating func convolution(
    _ x: Network.Value, _ path: String, to channels: Int, kernel: Int
  ) throws -> Network.Value {
    try network.convolution(
      x, weight: weights.parameter("\(path).w", [channels, x.channels, kernel, kernel]),
      bias: weights.parameter("\(path).b", [channels]), label: path)
  }
}
