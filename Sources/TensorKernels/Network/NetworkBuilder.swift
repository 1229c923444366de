/// Builds a `Network` operation by operation and checks every shape on the way.
///
/// ```swift
/// var builder = NetworkBuilder()
/// let pixels = builder.input(channels: 3)
/// let features = try builder.convolution(pixels, weight: w, bias: b, label: "encoder.conv_in")
/// let network = builder.finish([features])
/// ```
///
/// Labels are the module paths of the checkpoint, so that a layer trace of ours and one of the
/// reference program can be laid side by side.
public struct NetworkBuilder {
  /// A handle on the result of one operation.
  public typealias Value = Network.Value
  private var nodes: [Network.Node] = []
  private var inputs: [Int] = []

  /// Starts an empty network.
  public init() {}

  /// Adds an input. All inputs of a network share batch, height and width.
  ///
  /// - Parameters:
  ///   - channels: Numbers per pixel, at least 1.
  ///   - label: The name in traces.
  public mutating func input(channels: Int, label: String = "input") -> Value {
    precondition(channels > 0, "an input needs at least one channel")
    inputs.append(nodes.count)
    return append(.input(inputs.count - 1), [], channels: channels, label)
  }

  /// Correlates `x` with a bank of kernels (the deep-learning convolution: no kernel flip).
  ///
  /// - Parameters:
  ///   - x: `[h, w, in]`.
  ///   - weight: `[out, in, kernelHeight, kernelWidth]`, or `[out, in]` for a 1x1 kernel.
  ///   - bias: `[out]`, or none.
  ///   - stride: 1 or 2, in both directions.
  ///   - padding: Zeros around the picture; when left out, what keeps the size at stride 1.
  ///   - label: The module path.
  /// - Returns: `[(h + padding - kernelHeight) / stride + 1, …, out]`, rounded down.
  /// - Throws: `parameterShape` when weight or bias do not fit `x`.
  public mutating func convolution(
    _ x: Value, weight: Parameter, bias: Parameter?, stride: Int = 1,
    padding: Network.Padding? = nil, label: String
  ) throws(NetworkError) -> Value {
    precondition(stride == 1 || stride == 2, "stride \(stride) is neither 1 nor 2")
    var shape = weight.shape
    if shape.count == 2 { shape += [1, 1] }
    guard shape.count == 4, shape.allSatisfy({ $0 > 0 }), shape[1] == x.channels else {
      let kernel = shape.count == 4 ? [shape[0], x.channels, shape[2], shape[3]] : [0, x.channels]
      throw mismatch(weight, kernel, label)
    }
    if let bias, bias.shape != [shape[0]] { throw mismatch(bias, [shape[0]], label) }
    let convolution = Network.Convolution(
      weight: weight, bias: bias, kernelHeight: shape[2], kernelWidth: shape[3], stride: stride,
      padding: padding ?? .same(kernelHeight: shape[2], kernelWidth: shape[3]),
      inputChannels: shape[1], outputChannels: shape[0])
    return append(.convolution(convolution), [x], channels: shape[0], label)
  }

  /// Normalizes each group of channels over the whole picture to mean 0 and variance 1 (biased),
  /// then scales and shifts each channel.
  ///
  /// - Parameters:
  ///   - x: `[h, w, channels]`.
  ///   - scale: `[channels]`.
  ///   - shift: `[channels]`.
  ///   - groups: Must divide the channels.
  ///   - epsilon: Added to the variance.
  ///   - label: The module path.
  /// - Throws: `groups` or `parameterShape`.
  ///
  /// Source: Wu and He 2018, equation 1 (biased variance over group and picture).
  public mutating func groupNorm(
    _ x: Value, scale: Parameter, shift: Parameter, groups: Int = 32, epsilon: Double = 1e-6,
    label: String
  ) throws(NetworkError) -> Value {
    guard groups > 0, x.channels % groups == 0 else {
      throw NetworkError(.groups(channels: x.channels, groups: groups), at: label)
    }
    for parameter in [scale, shift] where parameter.shape != [x.channels] {
      throw mismatch(parameter, [x.channels], label)
    }
    let norm = Network.GroupNorm(scale: scale, shift: shift, groups: groups, epsilon: epsilon)
    return append(.groupNorm(norm), [x], channels: x.channels, label)
  }

  /// `x * sigmoid(x)`, each number for itself.
  public mutating func swish(_ x: Value, label: String = "swish") -> Value {
    append(.swish, [x], channels: x.channels, label)
  }

  /// `max(x, 0)`, each number for itself.
  public mutating func relu(_ x: Value, label: String = "relu") -> Value {
    append(.relu, [x], channels: x.channels, label)
  }

  /// `a + gain * b`, each number for itself.
  ///
  /// - Throws: `channels` when `a` and `b` differ. That their heights and widths agree is checked
  ///   when the network is run at a size.
  public mutating func add(
    _ a: Value, _ b: Value, gain: Float = 1, label: String = "add"
  ) throws(NetworkError) -> Value {
    try same(a, b, label)
    return append(.add(gain: gain), [a, b], channels: a.channels, label)
  }

  /// `a * b`, each number for itself.
  ///
  /// - Throws: `channels` when `a` and `b` differ.
  public mutating func multiply(
    _ a: Value, _ b: Value, label: String = "multiply"
  ) throws(NetworkError) -> Value {
    try same(a, b, label)
    return append(.multiply, [a, b], channels: a.channels, label)
  }

  /// Single-head attention over all pixels of a picture:
  /// `result_i = Σ_j softmax_j(C^-½ ⟨query_i, key_j⟩) value_j`.
  ///
  /// - Throws: `channels` when the three differ.
  public mutating func attention(
    queries: Value, keys: Value, values: Value, label: String
  ) throws(NetworkError) -> Value {
    try same(queries, keys, label)
    try same(queries, values, label)
    return append(.attention, [queries, keys, values], channels: queries.channels, label)
  }

  /// Repeats every pixel twice in both directions.
  public mutating func upsampleNearest2x(_ x: Value, label: String = "upsample") -> Value {
    append(.upsampleNearest2x, [x], channels: x.channels, label)
  }

  /// The mean of every 2x2 square; an odd last row or column is dropped.
  public mutating func averagePool2x2(_ x: Value, label: String = "averagePool") -> Value {
    append(.averagePool2x2, [x], channels: x.channels, label)
  }

  /// The largest of every 2x2 square; an odd last row or column is dropped.
  public mutating func maxPool2x2(_ x: Value, label: String = "maxPool") -> Value {
    append(.maxPool2x2, [x], channels: x.channels, label)
  }

  /// `x` resized to the height and width of `like`: each pixel comes from
  /// `(row * h / height, column * w / width)`, rounded down.
  public mutating func resizeNearest(
    _ x: Value, like: Value, label: String = "resize"
  ) -> Value {
    append(.resizeNearest, [x, like], channels: x.channels, label)
  }

  /// Haar wavelet synthesis: from four bands a picture of twice the height and width.
  ///
  /// Of `4 n` channels the first `n` are the low-low bands of the `n` colours; channel
  /// `n + 3 c + k` is band `k` of colour `c`: 0 differs along rows (low-high), 1 along columns
  /// (high-low), 2 along both.
  ///
  /// - Throws: `channels` when they are no multiple of four.
  ///
  /// Source: the DWT decoder of ru-dALL-E (`pytorch_wavelets`, `haar`, verified to 5e-7).
  public mutating func haarSynthesis(
    _ x: Value, label: String = "haar"
  ) throws(NetworkError) -> Value {
    guard x.channels % 4 == 0 else {
      throw NetworkError(
        .channels(expected: (x.channels + 3) / 4 * 4, found: x.channels), at: label)
    }
    return append(.haarSynthesis, [x], channels: x.channels / 4, label)
  }

  /// Ends the network. Operations that no output needs are dropped.
  ///
  /// - Parameter outputs: The values that a run returns, at least one.
  public mutating func finish(_ outputs: [Value]) -> Network {
    precondition(!outputs.isEmpty, "a network needs an output")
    return Network(
      keepingNeeded: nodes, inputs: inputs, outputs: outputs.map { check($0) })
  }

  private mutating func append(
    _ operation: Network.Operation, _ operands: [Value], channels: Int, _ label: String
  ) -> Value {
    let operands = operands.map { check($0) }
    nodes.append(
      Network.Node(operation: operation, operands: operands, channels: channels, label: label))
    return Value(index: nodes.count - 1, channels: channels)
  }

  private func check(_ value: Value) -> Int {
    precondition(
      value.index < nodes.count && nodes[value.index].channels == value.channels,
      "value \(value.index) belongs to another network")
    return value.index
  }

  private func same(_ a: Value, _ b: Value, _ label: String) throws(NetworkError) {
    guard a.channels == b.channels else {
      throw NetworkError(.channels(expected: a.channels, found: b.channels), at: label)
    }
  }

  private func mismatch(_ parameter: Parameter, _ expected: [Int], _ label: String) -> NetworkError
  {
    NetworkError(
      .parameterShape(parameter: parameter.name, expected: expected, found: parameter.shape),
      at: label)
  }
}
