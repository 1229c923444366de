import TensorKernels

extension Parameter {
  /// Seeded random weights that keep numbers about their size from layer to layer: uniform with the
  /// variance 1 / fan-in; norms scale by numbers around 1.
  static func random(_ name: String, _ shape: [Int], seed: UInt64) -> Parameter {
    // FNV-1a over the name, so that a parameter does not depend on the order of the others.
    let start = name.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3
    }
    let isScale = shape.count == 1 && name.contains("norm") && name.hasSuffix("weight")
    return Parameter(name: name, shape: shape) {
      let fanIn = max(1, shape.dropFirst().reduce(1, *))
      let range = (3 / Float(fanIn)).squareRoot() * (shape.count == 1 ? 0.1 : 1)
      var state = start
      return (0..<shape.reduce(1, *)).map { _ in
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        let unit = Float((z ^ (z >> 31)) >> 40) * 0x1p-24
        return (isScale ? 1 : 0) + range * (2 * unit - 1)
      }
    }
  }
}
