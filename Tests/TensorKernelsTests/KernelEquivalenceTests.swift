import TensorKernels
import TestSupport
import Testing

/// A way to run kernels that must agree with the oracle.
struct Variant: Sendable, CustomStringConvertible {
  var policy: Policy
  var engine = Engine.kernels
  var instructionSet: InstructionSet
  var description: String { "\(policy) \(engine) \(instructionSet)" }

  func executor(_ network: Network) -> NetworkExecutor {
    NetworkExecutor(network, policy: policy, engine: engine, instructionSet: instructionSet)
  }

  static let all: [Variant] =
    [Policy.balanced, .exact, .fast].flatMap { policy in
      InstructionSet.available.map { Variant(policy: policy, instructionSet: $0) }
    }
    + (hasOpenBLAS ? InstructionSet.available : []).map {
      Variant(policy: .exact, engine: .openBLAS, instructionSet: $0)
    }

  /// OpenBLAS is no part of the build; where it is not installed, asking for it is refused.
  private static let hasOpenBLAS: Bool = {
    var builder = NetworkBuilder()
    let x = builder.input(channels: 1)
    let executor = NetworkExecutor(builder.finish([x]), engine: .openBLAS)
    do throws(NetworkError) {
      try executor.prepare()
      return true
    } catch {
      return error.reason != .engine("openblas")
    }
  }()
}

/// The kernel engine against the reference engine, on seeded random networks: sizes that are no
/// multiple of a tile, channels that are no multiple of a vector, single pixels, several pictures.
@Suite struct KernelEquivalenceTests {
  /// Largest difference relative to the largest number of the result. Winograd F(4x4,3x3) in fp32
  /// stays below 5e-6 per layer; see docs/accuracy.md.
  private let tolerance: Float = 2e-5

  private func compare(_ network: Network, _ inputs: [Tensor], _ comment: String) throws {
    let expected = try NetworkExecutor(network, policy: .reference).run(inputs)
    for variant in Variant.all {
      let executor = variant.executor(network)
      let single = try executor.run(inputs)
      for (output, oracle) in zip(single, expected) {
        #expect(
          output.relativeDifference(to: oracle) < tolerance, "\(comment), \(variant)")
      }
      for threads in [2, 5] {
        // To the last bit: sums are taken per task, and tasks do not depend on the threads.
        #expect(
          try executor.run(inputs, threads: threads) == single,
          "\(comment), \(variant), \(threads) threads")
      }
    }
  }

  @Test func convolutions() throws {
    var generator = SeededGenerator(seed: 20_261_121)
    let kernels: [(size: Int, stride: Int)] = [(1, 1), (3, 1), (3, 2), (7, 1), (3, 1)]
    for round in 0..<24 {
      let (kernel, stride) = kernels[round % kernels.count]
      let height = 1 + Int(generator.next() % 40)
      let width = 1 + Int(generator.next() % 70)
      let inputs = [3, 4, 16, 17, 24, 32, 48, 64][Int(generator.next() % 8)]
      let outputs = [1, 3, 4, 12, 16, 20, 32, 48, 80][Int(generator.next() % 9)]
      let batch = 1 + round % 2
      guard stride == 1 || min(height, width) >= 2 else { continue }
      var builder = NetworkBuilder()
      let x = builder.input(channels: inputs)
      let y = try builder.convolution(
        x, weight: .random("w", [outputs, inputs, kernel, kernel], using: &generator),
        bias: .random("b", [outputs], using: &generator), stride: stride,
        padding: stride == 2 ? .rightBottom : nil, label: "conv")
      let picture = Tensor.random(
        batch: batch, height: height, width: width, channels: inputs, using: &generator)
      try compare(
        builder.finish([y]), [picture],
        "round \(round): \(batch)×\(height)×\(width)×\(inputs) to \(outputs), kernel \(kernel)")
    }
  }

  @Test func residualBlocks() throws {
    var generator = SeededGenerator(seed: 5)
    let shapes = [
      (1, 1, 32, 32), (2, 3, 32, 64), (5, 7, 64, 32), (33, 34, 32, 32), (40, 66, 64, 96),
      (8, 8, 160, 160),
    ]
    for (height, width, inputs, outputs) in shapes {
      for activation in 0..<2 {
        var builder = NetworkBuilder()
        let x = builder.input(channels: inputs)
        let block = try builder.residualBlock(
          x, outputs, relu: activation == 1, using: &generator)
        let second = try builder.residualBlock(block, outputs, relu: false, using: &generator)
        let pictures = Tensor.random(
          batch: 2, height: height, width: width, channels: inputs, using: &generator)
        try compare(
          builder.finish([second, block]), [pictures],
          "\(height)×\(width), \(inputs) to \(outputs)")
      }
    }
  }

  @Test func upsampling() throws {
    var generator = SeededGenerator(seed: 6)
    for (height, width, inputs, outputs) in [(1, 1, 3, 5), (3, 5, 32, 32), (18, 21, 48, 64)] {
      var builder = NetworkBuilder()
      let x = builder.input(channels: inputs)
      let up = builder.upsampleNearest2x(x)
      let y = try builder.convolution(
        up, weight: .random("w", [outputs, inputs, 3, 3], using: &generator),
        bias: .random("b", [outputs], using: &generator), label: "up")
      let z = builder.relu(builder.upsampleNearest2x(y))
      let picture = Tensor.random(
        height: height, width: width, channels: inputs, using: &generator)
      try compare(builder.finish([y, z]), [picture], "\(height)×\(width)")
    }
  }

  @Test func upsamplingInFrontOfDiscreteBlocks() throws {
    // As in the dVAE's decoder: 1x1 convolutions on both paths behind the doubling.
    var generator = SeededGenerator(seed: 12)
    for (height, width, inputs, outputs) in [(2, 3, 16, 20), (9, 12, 32, 64)] {
      var builder = NetworkBuilder()
      let x = builder.input(channels: inputs)
      let up = builder.upsampleNearest2x(x)
      let small = try builder.convolution(
        builder.relu(up), weight: .random("conv_1", [24, inputs, 1, 1], using: &generator),
        bias: .random("b", [24], using: &generator), label: "conv_1")
      let large = try builder.convolution(
        builder.swish(small), weight: .random("conv_2", [outputs, 24, 3, 3], using: &generator),
        bias: .random("c", [outputs], using: &generator), label: "conv_2")
      let identity = try builder.convolution(
        up, weight: .random("id_path", [outputs, inputs, 1, 1], using: &generator), bias: nil,
        label: "id_path")
      let sum = try builder.add(identity, large, gain: 0.125)
      let doubled = try builder.multiply(identity, builder.relu(identity))
      let pictures = Tensor.random(
        batch: 2, height: height, width: width, channels: inputs, using: &generator)
      try compare(builder.finish([sum, doubled, up]), [pictures], "\(height)×\(width)")
    }
  }

  @Test func attention() throws {
    var generator = SeededGenerator(seed: 7)
    for (height, width, channels) in [(1, 1, 8), (3, 7, 20), (12, 17, 64)] {
      var builder = NetworkBuilder()
      let q = builder.input(channels: channels)
      let k = builder.input(channels: channels)
      let v = builder.input(channels: channels)
      let y = try builder.attention(queries: q, keys: k, values: v, label: "attention")
      let inputs = (0..<3).map { _ in
        Tensor.random(
          batch: 2, height: height, width: width, channels: channels, using: &generator)
      }
      try compare(builder.finish([y]), inputs, "\(height)×\(width)×\(channels)")
    }
  }

  @Test func everythingElse() throws {
    var generator = SeededGenerator(seed: 8)
    for (height, width, channels) in [(2, 2, 4), (6, 10, 12), (9, 5, 32)] {
      var builder = NetworkBuilder()
      let x = builder.input(channels: channels)
      let average = builder.averagePool2x2(x)
      let largest = builder.maxPool2x2(builder.swish(x))
      let difference = try builder.add(average, largest, gain: -0.25)
      let resized = builder.resizeNearest(difference, like: x)
      let product = try builder.multiply(resized, x)
      let normalized = try builder.groupNorm(
        product, scale: .random("s", [channels], using: &generator),
        shift: .random("t", [channels], using: &generator), groups: 4, label: "norm")
      let sum = try builder.add(normalized, normalized)
      let haar = try builder.haarSynthesis(builder.relu(sum))
      let inputs = Tensor.random(
        batch: 3, height: height, width: width, channels: channels, using: &generator)
      try compare(
        builder.finish([haar, product, x]), [inputs], "\(height)×\(width)×\(channels)")
    }
  }

  @Test func largeMeansDoNotHurtTheNorm() throws {
    // Numbers of 1000 ± 1: a sum of squares in fp32 would lose the variance.
    var generator = SeededGenerator(seed: 9)
    var builder = NetworkBuilder()
    let x = builder.input(channels: 32)
    let y = try builder.convolution(
      x, weight: .random("w", [32, 32, 3, 3], using: &generator),
      bias: Parameter(name: "b", shape: [32], values: [Float](repeating: 1000, count: 32)),
      label: "conv")
    let z = try builder.groupNorm(
      y, scale: Parameter(name: "s", shape: [32], values: [Float](repeating: 1, count: 32)),
      shift: Parameter(name: "t", shape: [32], values: [Float](repeating: 0, count: 32)),
      groups: 8, label: "norm")
    let picture = Tensor.random(height: 24, width: 24, channels: 32, using: &generator)
    let network = builder.finish([z])
    let expected = try NetworkExecutor(network, policy: .reference).run([picture])[0]
    for variant in Variant.all {
      let result = try variant.executor(network).run([picture])[0]
      // fp32 holds 1000 to 6e-5 and the norm divides by 1: a few of those, no more.
      #expect(
        zip(result.values, expected.values).allSatisfy { abs($0 - $1) < 5e-4 }, "\(variant)")
    }
  }

  @Test func anUnknownInstructionSetIsRefused() throws {
    var builder = NetworkBuilder()
    let x = builder.input(channels: 1)
    let network = builder.finish([builder.relu(x)])
    let missing = InstructionSet.allCases.filter { !InstructionSet.available.contains($0) }
    for set in missing {
      let error = #expect(throws: NetworkError.self) {
        try NetworkExecutor(network, instructionSet: set).prepare()
      }
      #expect(error?.reason == .instructionSet(set.rawValue))
    }
    #expect(!InstructionSet.available.isEmpty)
  }
}

extension NetworkBuilder {
  /// The residual block of the VQ-GAN family, with random weights; ReLU and a gain as in the dVAE.
  mutating func residualBlock(
    _ x: Value, _ outputs: Int, relu: Bool, using generator: inout SeededGenerator
  ) throws -> Value {
    var h = x
    for (number, channels) in [(1, x.channels), (2, outputs)] {
      if relu {
        h = self.relu(h)
      } else {
        h = try groupNorm(
          h, scale: .random("norm\(number).weight", [channels], offset: 1, using: &generator),
          shift: .random("norm\(number).bias", [channels], using: &generator),
          label: "norm\(number)")
        h = swish(h)
      }
      h = try convolution(
        h, weight: .random("conv\(number).weight", [outputs, channels, 3, 3], using: &generator),
        bias: .random("conv\(number).bias", [outputs], using: &generator), label: "conv\(number)")
    }
    var shortcut = x
    if x.channels != outputs {
      shortcut = try convolution(
        x, weight: .random("nin_shortcut", [outputs, x.channels, 1, 1], using: &generator),
        bias: nil, label: "nin_shortcut")
    }
    return try add(shortcut, h, gain: relu ? 1 / 64 : 1, label: "block")
  }
}
