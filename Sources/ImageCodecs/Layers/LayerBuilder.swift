import TensorKernels

/// The layers that the VQ-GAN family is made of, each built from the checkpoint's tensors under the
/// layer's own path. The path is also the layer's label in traces.
///
/// Sources: Esser et al. 2021 (taming-transformers) after Ho et al. 2020; spatial normalization
/// Zheng et al. 2022 (MoVQ).
struct LayerBuilder {
  typealias Value = Network.Value

  /// What normalizes features: statistics alone, or modulated by the latent (MoVQ).
  enum Normalization {
    case group
    case spatial(latent: Value)
  }

  var network = NetworkBuilder()
  let weights: WeightLedger
  let normalization: Normalization

  init(_ weights: WeightLedger, network: NetworkBuilder, normalization: Normalization = .group) {
    self.weights = weights
    self.network = network
    self.normalization = normalization
  }

  /// A convolution with bias that keeps height and width unless told otherwise.
  mutating func convolution(
    _ x: Value, _ path: String, to channels: Int, kernel: Int = 3, stride: Int = 1,
    padding: Network.Padding? = nil
  ) throws -> Value {
    try network.convolution(
      x, weight: weights.parameter("\(path).weight", [channels, x.channels, kernel, kernel]),
      bias: weights.parameter("\(path).bias", [channels]), stride: stride, padding: padding,
      label: path)
  }

  /// Group norm, modulated by the latent in a MoVQ decoder.
  mutating func norm(_ x: Value, _ path: String) throws -> Value {
    guard case .spatial(let latent) = normalization else { return try groupNorm(x, path) }
    let normalized = try groupNorm(x, "\(path).norm_layer")
    // The original enlarges the latent first and convolves then. A 1x1 convolution and a nearest
    // resize commute, number for number, and this order needs a fraction of the products.
    let scale = try modulation(latent, "\(path).conv_y", like: x)
    let shift = try modulation(latent, "\(path).conv_b", like: x)
    return try network.add(
      network.multiply(normalized, scale, label: "\(path).scaled"), shift, label: path)
  }

  private mutating func groupNorm(_ x: Value, _ path: String) throws -> Value {
    try network.groupNorm(
      x, scale: weights.parameter("\(path).weight", [x.channels]),
      shift: weights.parameter("\(path).bias", [x.channels]), label: path)
  }

  private mutating func modulation(_ latent: Value, _ path: String, like x: Value) throws -> Value {
    let small = try network.convolution(
      latent,
      weight: weights.parameter("\(path).weight", [x.channels, latent.channels, 1, 1]),
      bias: weights.parameter("\(path).bias", [x.channels]), label: "\(path).small")
    return network.resizeNearest(small, like: x, label: path)
  }

  /// `shortcut(x) + conv2(swish(norm2(conv1(swish(norm1(x))))))`.
  mutating func residualBlock(_ x: Value, _ path: String, to channels: Int) throws -> Value {
    var h = try norm(x, "\(path).norm1")
    h = network.swish(h, label: "\(path).swish1")
    h = try convolution(h, "\(path).conv1", to: channels)
    h = try norm(h, "\(path).norm2")
    h = network.swish(h, label: "\(path).swish2")
    h = try convolution(h, "\(path).conv2", to: channels)
    let shortcut =
      x.channels == channels
      ? x : try convolution(x, "\(path).nin_shortcut", to: channels, kernel: 1)
    return try network.add(shortcut, h, label: path)
  }

  /// `x + proj_out(attention(q(n), k(n), v(n)))` with `n = norm(x)`.
  mutating func attentionBlock(_ x: Value, _ path: String) throws -> Value {
    let n = try norm(x, "\(path).norm")
    let queries = try convolution(n, "\(path).q", to: x.channels, kernel: 1)
    let keys = try convolution(n, "\(path).k", to: x.channels, kernel: 1)
    let values = try convolution(n, "\(path).v", to: x.channels, kernel: 1)
    let mixed = try network.attention(
      queries: queries, keys: keys, values: values, label: "\(path).attention")
    let projected = try convolution(mixed, "\(path).proj_out", to: x.channels, kernel: 1)
    return try network.add(x, projected, label: path)
  }

  /// Halves height and width: a strided convolution with zeros on the right and below only.
  mutating func downsample(_ x: Value, _ path: String) throws -> Value {
    try convolution(x, path, to: x.channels, stride: 2, padding: .rightBottom)
  }

  /// Doubles height and width: nearest neighbour, then a convolution.
  mutating func upsample(_ x: Value, _ path: String) throws -> Value {
    try convolution(
      network.upsampleNearest2x(x, label: "\(path).nearest"), "\(path).conv", to: x.channels)
  }

  /// The two residual blocks at the lowest resolution, with attention between them.
  mutating func middle(_ x: Value, _ path: String, _ stack: ResidualStack) throws -> Value {
    var h = try residualBlock(x, "\(path).block_1", to: stack.middleWidth)
    if stack.hasMiddleAttention { h = try attentionBlock(h, "\(path).attn_1") }
    return try residualBlock(h, "\(path).block_2", to: stack.middleWidth)
  }

  /// Norm, swish, convolution.
  mutating func head(_ x: Value, _ path: String, to channels: Int) throws -> Value {
    let n = try norm(x, "\(path).norm_out")
    return try convolution(
      network.swish(n, label: "\(path).swish_out"), "\(path).conv_out", to: channels)
  }
}
