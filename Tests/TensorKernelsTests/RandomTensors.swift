import TensorKernels
import TestSupport

extension Tensor {
  /// Normally distributed numbers.
  static func random(
    batch: Int = 1, height: Int, width: Int, channels: Int,
    using generator: inout SeededGenerator
  ) -> Tensor {
    Tensor(
      batch: batch, height: height, width: width, channels: channels,
      values: (0..<batch * height * width * channels).map { _ in Float(generator.normal()) })
  }

  /// The number at a place, for tests that recompute a layer from its definition.
  subscript(item: Int, row: Int, column: Int, channel: Int) -> Double {
    Double(values[((item * height + row) * width + column) * channels + channel])
  }

  /// The largest difference to `other`, relative to the largest number of `other`.
  func relativeDifference(to other: Tensor) -> Float {
    precondition(values.count == other.values.count, "shapes differ")
    let largest = other.values.reduce(1e-30) { max($0, abs($1)) }
    return zip(values, other.values).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }
}

extension Parameter {
  /// Normally distributed weights, scaled so that a layer keeps the size of its numbers.
  static func random(
    _ name: String, _ shape: [Int], offset: Float = 0, using generator: inout SeededGenerator
  ) -> Parameter {
    let fanIn = shape.dropFirst().reduce(1, *)
    let scale = 1 / Float(fanIn).squareRoot()
    let values = (0..<shape.reduce(1, *)).map { _ in
      offset + scale * Float(generator.normal())
    }
    return Parameter(name: name, shape: shape, values: values)
  }
}
