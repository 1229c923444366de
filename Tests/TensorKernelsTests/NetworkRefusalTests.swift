import TensorKernels
import TestSupport
import Testing

/// Every reason to refuse a network, its weights or its inputs.
@Suite struct NetworkRefusalTests {
  private func parameter(_ name: String, _ shape: [Int]) -> Parameter {
    Parameter(name: name, shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
  }

  @Test func weightsOfAnotherShape() {
    var builder = NetworkBuilder()
    let x = builder.input(channels: 3)
    #expect(throws: NetworkError.self) {
      try builder.convolution(x, weight: parameter("w", [4, 2, 3, 3]), bias: nil, label: "conv")
    }
    let error = #expect(throws: NetworkError.self) {
      try builder.convolution(
        x, weight: parameter("w", [4, 3, 3, 3]), bias: parameter("b", [3]), label: "conv")
    }
    #expect(error?.reason == .parameterShape(parameter: "b", expected: [4], found: [3]))
    #expect(error?.description == "conv: b has shape [3], expected [4]")
  }

  @Test func normalizationThatDoesNotDivide() {
    var builder = NetworkBuilder()
    let x = builder.input(channels: 48)
    let error = #expect(throws: NetworkError.self) {
      try builder.groupNorm(
        x, scale: parameter("s", [48]), shift: parameter("t", [48]), label: "norm1")
    }
    #expect(error?.reason == .groups(channels: 48, groups: 32))
    let shape = #expect(throws: NetworkError.self) {
      try builder.groupNorm(
        x, scale: parameter("s", [47]), shift: parameter("t", [48]), groups: 8, label: "norm1")
    }
    #expect(shape?.reason == .parameterShape(parameter: "s", expected: [48], found: [47]))
  }

  @Test func channelsThatDiffer() {
    var builder = NetworkBuilder()
    let (x, y) = (builder.input(channels: 3), builder.input(channels: 4))
    #expect(throws: NetworkError.self) { try builder.add(x, y) }
    #expect(throws: NetworkError.self) { try builder.multiply(x, y) }
    #expect(throws: NetworkError.self) {
      try builder.attention(queries: x, keys: x, values: y, label: "attention")
    }
    let error = #expect(throws: NetworkError.self) { try builder.haarSynthesis(x) }
    #expect(error?.reason == .channels(expected: 4, found: 3))
  }

  @Test(arguments: Policy.allCases) func inputsThatDoNotFit(policy: Policy) throws {
    var builder = NetworkBuilder()
    let x = builder.input(channels: 2)
    let down = builder.averagePool2x2(x)
    let sum = try builder.add(x, builder.upsampleNearest2x(down), label: "sum")
    let executor = NetworkExecutor(builder.finish([sum]), policy: policy)
    let even = Tensor(height: 2, width: 2, channels: 2, values: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try executor.run([even])[0].values == [5, 7, 7, 9, 9, 11, 11, 13])
    #expect(throws: NetworkError.self) { try executor.run([]) }
    #expect(throws: NetworkError.self) {
      try executor.run([Tensor(height: 1, width: 1, channels: 1, values: [0])])
    }
    let odd = #expect(throws: NetworkError.self) {
      try executor.run([
        Tensor(height: 2, width: 3, channels: 2, values: [Float](repeating: 0, count: 12))
      ])
    }
    #expect(
      odd?.reason
        == .sizes(expectedHeight: 2, expectedWidth: 3, foundHeight: 2, foundWidth: 2))
    #expect(odd?.place == "sum")
    let small = #expect(throws: NetworkError.self) {
      try executor.run([
        Tensor(height: 1, width: 5, channels: 2, values: [Float](repeating: 0, count: 10))
      ])
    }
    #expect(small?.reason == .tooSmall(height: 1, width: 5))
    #expect(throws: NetworkError.self) {
      try executor.run([Tensor(batch: 0, height: 2, width: 2, channels: 2, values: [])])
    }
  }

  @Test(arguments: Policy.allCases) func weightsThatCannotBeRead(policy: Policy) throws {
    struct Damaged: Error, CustomStringConvertible { let description = "the file ends early" }
    func executor(_ read: @escaping @Sendable () throws -> [Float]) throws -> NetworkExecutor {
      var builder = NetworkBuilder()
      let x = builder.input(channels: 1)
      let weight = Parameter(name: "conv.weight", shape: [1, 1, 3, 3], read: read)
      let y = try builder.convolution(x, weight: weight, bias: nil, label: "conv")
      return NetworkExecutor(builder.finish([y]), policy: policy)
    }
    let unreadable = #expect(throws: NetworkError.self) {
      try executor { throw Damaged() }.prepare()
    }
    #expect(unreadable?.description == "conv.weight: cannot be read: the file ends early")
    let short = #expect(throws: NetworkError.self) { try executor { [1, 2] }.prepare() }
    #expect(short?.reason == .parameterCount(expected: 9, found: 2))
  }
}
