import Synchronization

/// Runs a network as it is written: one operation after another, obvious loops, double precision.
///
/// This is the oracle of every faster engine and the code to read for what an operation means. Each
/// value is kept only until its last use.
final class ReferenceEngine: Sendable {
  private let network: Network
  private let loaded = Mutex<[[Double]]?>(nil)

  init(_ network: Network) {
    self.network = network
  }

  /// All parameters in the order of `network.parameters`, read on the first call.
  func weights() throws(NetworkError) -> [[Double]] {
    try loaded.withLock { cached throws(NetworkError) -> [[Double]] in
      if let cached { return cached }
      var values: [[Double]] = []
      for parameter in network.parameters {
        values.append(try parameter.load().map { Double($0) })
      }
      cached = values
      return values
    }
  }

  /// See `NetworkExecutor.run`; the inputs have been checked.
  func run(
    _ inputs: [Tensor], observer: ((String, Tensor) -> Void)?
  ) throws(NetworkError) -> [Tensor] {
    let weights = try weights()
    let (batch, height, width) = (inputs[0].batch, inputs[0].height, inputs[0].width)
    let extents = try network.extents(batch: batch, height: height, width: width)
    var lastUse = [Int](repeating: 0, count: network.nodes.count)
    for (index, node) in network.nodes.enumerated() {
      for operand in node.operands { lastUse[operand] = index }
    }
    for output in network.outputs { lastUse[output] = network.nodes.count }

    var values = [FeatureMap?](repeating: nil, count: network.nodes.count)
    var parameter = 0
    func next() -> [Double] {
      defer { parameter += 1 }
      return weights[parameter]
    }
    for (index, node) in network.nodes.enumerated() {
      let operands = node.operands.map { values[$0]! }
      let result: FeatureMap
      switch node.operation {
      case .input(let number):
        result = FeatureMap(inputs[number])
      case .convolution(let convolution):
        let weight = next()
        result = operands[0].convolved(
          convolution, weight: weight, bias: convolution.bias == nil ? nil : next(),
          to: extents[index])
      case .groupNorm(let norm):
        let scale = next()
        result = operands[0].groupNormalized(norm, scale: scale, shift: next())
      case .swish: result = operands[0].map { $0 / (1 + exponential(-$0)) }
      case .relu: result = operands[0].map { max($0, 0) }
      case .add(let gain): result = operands[0].zip(operands[1]) { $0 + Double(gain) * $1 }
      case .multiply: result = operands[0].zip(operands[1]) { $0 * $1 }
      case .attention: result = operands[0].attending(keys: operands[1], values: operands[2])
      case .upsampleNearest2x:
        result = operands[0].gathered(to: extents[index]) { ($0 / 2, $1 / 2) }
      case .averagePool2x2:
        result = operands[0].pooled(to: extents[index]) { ($0 + $1 + $2 + $3) / 4 }
      case .maxPool2x2:
        result = operands[0].pooled(to: extents[index]) { max(max($0, $1), max($2, $3)) }
      case .resizeNearest:
        let (from, to) = (operands[0].extent, extents[index])
        result = operands[0].gathered(to: to) {
          ($0 * from.height / to.height, $1 * from.width / to.width)
        }
      case .haarSynthesis: result = operands[0].haarSynthesized(to: extents[index])
      }
      observer?(node.label, result.tensor)
      values[index] = result
      for operand in node.operands where lastUse[operand] == index { values[operand] = nil }
    }
    return network.outputs.map { values[$0]!.tensor }
  }
}
