import TensorKernels
import TestSupport
import Testing

/// The reference engine, operation by operation, against values worked out by hand or straight from
/// the definition.
@Suite struct ReferenceOperationTests {
  private func run(
    _ inputs: [Tensor],
    _ body: (inout NetworkBuilder, [Network.Value]) throws -> Network.Value
  ) throws -> Tensor {
    var builder = NetworkBuilder()
    let values = inputs.map { builder.input(channels: $0.channels) }
    let result = try body(&builder, values)
    let executor = NetworkExecutor(builder.finish([result]), policy: .reference)
    return try executor.run(inputs)[0]
  }

  private func grid(_ height: Int, _ width: Int, _ values: [Float], channels: Int = 1) -> Tensor {
    Tensor(height: height, width: width, channels: channels, values: values)
  }

  @Test func convolutionByHand() throws {
    let picture = grid(2, 3, [1, 2, 3, 4, 5, 6])
    // A kernel that adds ten times the right neighbour and a hundred times the one below.
    let weight = Parameter(
      name: "w", shape: [1, 1, 3, 3], values: [0, 0, 0, 0, 1, 10, 0, 100, 0])
    let bias = Parameter(name: "b", shape: [1], values: [0.5])
    let result = try run([picture]) { builder, x in
      try builder.convolution(x[0], weight: weight, bias: bias, label: "conv")
    }
    #expect(result.values == [421.5, 532.5, 603.5, 54.5, 65.5, 6.5])
  }

  @Test func stridedConvolutionPadsRightAndBelow() throws {
    let picture = grid(2, 4, [1, 2, 3, 4, 5, 6, 7, 8])
    let weight = Parameter(name: "w", shape: [1, 1, 3, 3], values: [Float](repeating: 1, count: 9))
    let result = try run([picture]) { builder, x in
      try builder.convolution(
        x[0], weight: weight, bias: nil, stride: 2, padding: .rightBottom, label: "down")
    }
    #expect((result.height, result.width) == (1, 2))
    #expect(result.values == [24, 22])
  }

  @Test(arguments: [
    (1, 1, 1, 1, 3, 2), (5, 4, 3, 1, 2, 3), (6, 7, 7, 1, 3, 5), (6, 9, 3, 2, 4, 3),
  ])
  func convolutionFromItsDefinition(
    height: Int, width: Int, kernel: Int, stride: Int, inputs: Int, outputs: Int
  ) throws {
    var generator = SeededGenerator(seed: UInt64(height * 100 + width))
    let x = Tensor.random(
      batch: 2, height: height, width: width, channels: inputs, using: &generator)
    let weights = (0..<outputs * inputs * kernel * kernel).map { _ in Float(generator.normal()) }
    let bias = (0..<outputs).map { _ in Float(generator.normal()) }
    let padding: Network.Padding =
      stride == 2 ? .rightBottom : .same(kernelHeight: kernel, kernelWidth: kernel)
    let y = try run([x]) { builder, value in
      try builder.convolution(
        value[0],
        weight: Parameter(name: "w", shape: [outputs, inputs, kernel, kernel], values: weights),
        bias: Parameter(name: "b", shape: [outputs], values: bias), stride: stride,
        padding: padding, label: "conv")
    }
    for item in 0..<2 {
      for row in 0..<y.height {
        for column in 0..<y.width {
          for o in 0..<outputs {
            var sum = Double(bias[o])
            for i in 0..<inputs {
              for ky in 0..<kernel {
                for kx in 0..<kernel {
                  let (sy, sx) = (
                    row * stride + ky - padding.top, column * stride + kx - padding.left
                  )
                  guard sy >= 0, sy < height, sx >= 0, sx < width else { continue }
                  let weight = weights[((o * inputs + i) * kernel + ky) * kernel + kx]
                  sum += Double(weight) * x[item, sy, sx, i]
                }
              }
            }
            #expect(abs(y[item, row, column, o] - sum) < 1e-5)
          }
        }
      }
    }
  }

  @Test func groupNormByHand() throws {
    // Two groups of two channels over two pixels: group means 2.5 and 0, variances 1.25 and 4.
    let picture = grid(1, 2, [1, 2, 2, -2, 3, 4, -2, 2], channels: 4)
    let scale = Parameter(name: "s", shape: [4], values: [1, 1, 1, 3])
    let shift = Parameter(name: "t", shape: [4], values: [0, 10, 0, 0])
    let result = try run([picture]) { builder, x in
      try builder.groupNorm(
        x[0], scale: scale, shift: shift, groups: 2, epsilon: 0, label: "norm")
    }
    let unit = Float(1 / 1.25.squareRoot())
    let expected: [Float] = [
      -1.5 * unit, 10 - 0.5 * unit, 1, -3, 0.5 * unit, 10 + 1.5 * unit, -1, 3,
    ]
    #expect(zip(result.values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func elementwise() throws {
    let a = grid(1, 3, [-1, 0, 2])
    let b = grid(1, 3, [3, 4, 5])
    #expect(try run([a]) { $0.relu($1[0]) }.values == [0, 0, 2])
    #expect(try run([a, b]) { try $0.add($1[0], $1[1], gain: 0.5) }.values == [0.5, 2, 4.5])
    #expect(try run([a, b]) { try $0.multiply($1[0], $1[1]) }.values == [-3, 0, 10])
    let swish = try run([a]) { $0.swish($1[0]) }.values
    // x / (1 + e^-x) at -1, 0 and 2.
    #expect(zip(swish, [-0.26894143, 0, 1.7615942]).allSatisfy { abs($0 - $1) < 1e-7 })
  }

  @Test func attentionByHand() throws {
    // One channel; the scores of query 0 differ by ln 3, so its weights are 1/4 and 3/4.
    let queries = grid(1, 2, [1.0986123, 0])
    let keys = grid(1, 2, [0, 1])
    let values = grid(1, 2, [8, 16])
    let result = try run([queries, keys, values]) {
      try $0.attention(queries: $1[0], keys: $1[1], values: $1[2], label: "attention")
    }
    #expect(zip(result.values, [14, 12]).allSatisfy { abs($0 - $1) < 1e-5 })
    // Four channels: the scale is one half, so a product of 2 ln 3 gives the same weights.
    let wide = try run([
      grid(1, 2, [2.1972246, 0, 0, 0, 0, 0, 0, 0], channels: 4),
      grid(1, 2, [0, 0, 0, 0, 1, 0, 0, 0], channels: 4),
      grid(1, 2, [8, 0, 0, 1, 16, 0, 0, 1], channels: 4),
    ]) { try $0.attention(queries: $1[0], keys: $1[1], values: $1[2], label: "attention") }
    #expect(zip(wide.values, [14, 0, 0, 1, 12, 0, 0, 1]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func resizing() throws {
    let picture = grid(2, 3, [1, 2, 3, 4, 5, 9])
    let doubled = try run([picture]) { $0.upsampleNearest2x($1[0]) }
    #expect(
      doubled.values == [
        1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 9, 9, 4, 4, 5, 5, 9, 9,
      ])
    #expect(try run([picture]) { $0.averagePool2x2($1[0]) }.values == [3])
    #expect(try run([picture]) { $0.maxPool2x2($1[0]) }.values == [5])
    // From 4x6 down to 2x3: every second pixel of every second row.
    let resized = try run([doubled]) { builder, x in
      let like = builder.averagePool2x2(x[0])
      return builder.resizeNearest(x[0], like: like)
    }
    #expect(resized.values == picture.values)
  }

  @Test func haarBands() throws {
    // One colour: ll 4, lh 2, hl 0, hh 6.
    let result = try run([grid(1, 1, [4, 2, 0, 6], channels: 4)]) {
      try $0.haarSynthesis($1[0])
    }
    #expect((result.height, result.width, result.channels) == (2, 2, 1))
    #expect(result.values == [6, 0, -2, 4])
  }

  @Test func everyLayerIsObservedInOrder() throws {
    var builder = NetworkBuilder()
    let x = builder.input(channels: 1, label: "pixels")
    let y = builder.relu(x, label: "first")
    let unused = builder.swish(x, label: "unused")
    _ = unused
    let z = try builder.add(x, y, label: "second")
    let executor = NetworkExecutor(builder.finish([z, y]), policy: .reference)
    var seen: [String] = []
    let results = try executor.run([grid(1, 2, [-1, 1])]) { label, _ in seen.append(label) }
    #expect(seen == ["pixels", "first", "second"])
    #expect(results.map(\.values) == [[-1, 2], [0, 1]])
  }
}
