extension Network {
  /// The same function with upsampling as late as possible.
  ///
  /// Doubling nearest neighbours commutes, number for number, with everything that looks at one
  /// pixel at a time: a 1x1 convolution before it has a quarter of the pixels, and a 3x3
  /// convolution right behind it has a faster algorithm.
  func deferringUpsampling() -> Network {
    var rewritten: [Node] = []
    var position: [Int] = []

    func isUpsampling(_ index: Int) -> Bool {
      if case .upsampleNearest2x = rewritten[index].operation { return true }
      return false
    }

    for node in nodes {
      var node = node
      node.operands = node.operands.map { position[$0] }
      if node.operation.isPointwise, node.operands.allSatisfy(isUpsampling) {
        let label = node.label
        node.operands = node.operands.map { rewritten[$0].operands[0] }
        node.label += ".small"
        rewritten.append(node)
        node = Node(
          operation: .upsampleNearest2x, operands: [rewritten.count - 1],
          channels: node.channels, label: label)
      }
      rewritten.append(node)
      position.append(rewritten.count - 1)
    }
    return Network(
      keepingNeeded: rewritten, inputs: inputs.map { position[$0] },
      outputs: outputs.map { position[$0] })
  }

  /// A network of those nodes that an output needs, and all inputs.
  init(keepingNeeded nodes: [Node], inputs: [Int], outputs: [Int]) {
    var needed = [Bool](repeating: false, count: nodes.count)
    for index in inputs + outputs { needed[index] = true }
    for index in nodes.indices.reversed() where needed[index] {
      for operand in nodes[index].operands { needed[operand] = true }
    }
    var position = [Int](repeating: -1, count: nodes.count)
    var kept: [Node] = []
    for index in nodes.indices where needed[index] {
      position[index] = kept.count
      var node = nodes[index]
      node.operands = node.operands.map { position[$0] }
      kept.append(node)
    }
    self.init(
      nodes: kept, inputs: inputs.map { position[$0] }, outputs: outputs.map { position[$0] })
  }
}

extension Network.Operation {
  /// Whether a pixel of the result depends on the same pixel of the operands alone.
  fileprivate var isPointwise: Bool {
    switch self {
    case .swish, .relu, .add, .multiply: true
    case .convolution(let c):
      c.kernelHeight == 1 && c.kernelWidth == 1 && c.stride == 1 && c.padding == .none
    default: false
    }
  }
}
