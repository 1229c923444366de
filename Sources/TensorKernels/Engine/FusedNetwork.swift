/// A network as the kernel engine runs it: normalization and activation move into the reading of a
/// convolution's input, additions into the writing of its result.
///
/// The fusion does not depend on the size of the pictures. Values are named by the index of the
/// node that computes them; nodes that were fused away have no value in memory.
struct FusedNetwork: Sendable {
  enum Activation: Sendable { case none, swish, relu }

  /// What happens to a value while it is read.
  struct Prologue: Sendable {
    /// The group norm node to apply first.
    var norm: Int?
    var activation = Activation.none

    var isIdentity: Bool { norm == nil && activation == .none }
  }

  struct Convolution: Sendable {
    var node: Int
    var input: Int
    var prologue: Prologue
    /// Whether pixels are doubled before the convolution.
    var isUpsampled: Bool
    /// A value that `gain` times the result is added to.
    var residual: Int?
    var gain: Float
  }

  enum Work: Sendable {
    case input(Int)
    case convolution(Convolution)
    case affine(input: Int, Prologue)
    case add(Int, Int, gain: Float)
    case multiply(Int, Int)
    case attention(queries: Int, keys: Int, values: Int)
    case pool(Int, largest: Bool)
    case resize(Int)
    case haar(Int)
    /// Sums over a value for a following group norm; no result.
    case moments(of: Int)
    /// Factors and summands of a group norm from the moments; no result.
    case factors(norm: Int, input: Int)
  }

  struct Step: Sendable {
    var work: Work
    /// The node whose value the step computes.
    var result: Int?
  }

  let network: Network
  private let fusesUpsampling: Bool
  private(set) var steps: [Step] = []
  /// Values whose producing convolution collects moments on the way.
  private(set) var momentsInProduction: Set<Int> = []
  /// Inputs that are only read by plain convolutions, which need no room behind the channels.
  private(set) var compactInputs: Set<Int> = []

  /// - Parameter doubles: Whether an upsampling may become part of the convolution behind it.
  init(_ network: Network, fusingUpsampling doubles: Bool = true) {
    fusesUpsampling = doubles
    let network = network.deferringUpsampling()
    self.network = network
    var users = [Int](repeating: 0, count: network.nodes.count)
    for node in network.nodes {
      for operand in node.operands { users[operand] += 1 }
    }
    for output in network.outputs { users[output] += 1 }

    // Backwards: which values must exist, and by which work.
    var works = [Work?](repeating: nil, count: network.nodes.count)
    var demanded = [Bool](repeating: false, count: network.nodes.count)
    for index in network.outputs + network.inputs { demanded[index] = true }
    for index in network.nodes.indices.reversed() where demanded[index] {
      let work = self.work(for: index, users: users)
      works[index] = work
      for value in Self.values(readBy: work) { demanded[value] = true }
    }

    // Forwards: the works in order, moments and factors before their first use.
    var haveMoments: Set<Int> = []
    var haveFactors: Set<Int> = []
    for (index, work) in works.enumerated() {
      guard let work else { continue }
      if let norm = Self.norm(of: work), !haveFactors.contains(norm) {
        let input = network.nodes[norm].operands[0]
        if !haveMoments.contains(input) {
          haveMoments.insert(input)
          if case .convolution = works[input]! {
            momentsInProduction.insert(input)
          } else {
            steps.append(Step(work: .moments(of: input)))
          }
        }
        haveFactors.insert(norm)
        steps.append(Step(work: .factors(norm: norm, input: input)))
      }
      steps.append(Step(work: work, result: index))
    }
    compactInputs = Set(network.inputs).subtracting(network.outputs)
    for step in steps {
      for value in Self.values(readBy: step.work) {
        if case .convolution(let c) = step.work, c.prologue.isIdentity, c.residual != value,
          Method(network.convolution(c.node), isUpsampled: c.isUpsampled, policy: .exact)
            == .direct
        {
          continue
        }
        compactInputs.remove(value)
      }
    }
  }

  private func work(for index: Int, users: [Int]) -> Work {
    let node = network.nodes[index]
    let operands = node.operands
    switch node.operation {
    case .input(let number): return .input(number)
    case .convolution: return .convolution(convolution(index))
    case .add(let gain):
      // Only the second operand is scaled; without a gain the later convolution takes the other in.
      let second = (candidate: operands[1], other: operands[0])
      let first = (candidate: operands[0], other: operands[1])
      let orders =
        gain != 1 ? [second] : operands[0] > operands[1] ? [first, second] : [second, first]
      for (candidate, other) in orders where users[candidate] == 1 && candidate != other {
        if case .convolution = network.nodes[candidate].operation {
          var convolution = convolution(candidate)
          convolution.residual = other
          convolution.gain = gain
          return .convolution(convolution)
        }
      }
      return .add(operands[0], operands[1], gain: gain)
    case .multiply: return .multiply(operands[0], operands[1])
    case .groupNorm, .swish, .relu:
      let (input, prologue) = prologue(endingAt: index)
      return .affine(input: input, prologue)
    case .attention:
      return .attention(queries: operands[0], keys: operands[1], values: operands[2])
    case .averagePool2x2: return .pool(operands[0], largest: false)
    case .maxPool2x2: return .pool(operands[0], largest: true)
    case .upsampleNearest2x, .resizeNearest: return .resize(operands[0])
    case .haarSynthesis: return .haar(operands[0])
    }
  }

  private func convolution(_ index: Int) -> Convolution {
    let operand = network.nodes[index].operands[0]
    if fusesUpsampling, case .upsampleNearest2x = network.nodes[operand].operation,
      network.convolution(index).isCentred3x3
    {
      let (input, prologue) = prologue(endingAt: network.nodes[operand].operands[0])
      return Convolution(
        node: index, input: input, prologue: prologue, isUpsampled: true, residual: nil, gain: 1)
    }
    let (input, prologue) = prologue(endingAt: operand)
    return Convolution(
      node: index, input: input, prologue: prologue, isUpsampled: false, residual: nil, gain: 1)
  }

  /// The longest chain of at most one norm and one activation that ends at `index`, and the value
  /// that it starts from.
  private func prologue(endingAt index: Int) -> (input: Int, Prologue) {
    var prologue = Prologue()
    var value = index
    switch network.nodes[value].operation {
    case .swish:
      prologue.activation = .swish
      value = network.nodes[value].operands[0]
    case .relu:
      prologue.activation = .relu
      value = network.nodes[value].operands[0]
    default: break
    }
    if case .groupNorm = network.nodes[value].operation {
      prologue.norm = value
      value = network.nodes[value].operands[0]
    }
    return (value, prologue)
  }

  /// The values in memory that a work reads.
  static func values(readBy work: Work) -> [Int] {
    switch work {
    case .input: []
    case .convolution(let c): [c.input] + [c.residual].compactMap(\.self)
    case .affine(let input, _), .pool(let input, _), .resize(let input), .haar(let input),
      .moments(let input):
      [input]
    case .add(let a, let b, _), .multiply(let a, let b): [a, b]
    case .attention(let queries, let keys, let values): [queries, keys, values]
    case .factors: []
    }
  }

  /// The group norm that a work applies.
  static func norm(of work: Work) -> Int? {
    switch work {
    case .convolution(let c): c.prologue.norm
    case .affine(_, let prologue): prologue.norm
    default: nil
    }
  }
}

extension Network {
  /// The convolution at a node that is known to be one.
  func convolution(_ node: Int) -> Convolution {
    guard case .convolution(let convolution) = nodes[node].operation else {
      fatalError("node \(node) is no convolution")
    }
    return convolution
  }

  /// The group norm at a node that is known to be one.
  func groupNorm(_ node: Int) -> GroupNorm {
    guard case .groupNorm(let norm) = nodes[node].operation else {
      fatalError("node \(node) is no group norm")
    }
    return norm
  }
}

extension Network.Convolution {
  /// 3x3 at stride 1 that keeps height and width.
  var isCentred3x3: Bool {
    kernelHeight == 3 && kernelWidth == 3 && stride == 1
      && padding == .same(kernelHeight: 3, kernelWidth: 3)
  }
}
