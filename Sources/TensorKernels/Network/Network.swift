/// A list of operations on feature maps: channels fixed, height, width and batch left open.
///
/// Built once per codec direction by `NetworkBuilder`, run by `NetworkExecutor`. A network holds no
/// weights, only `Parameter`s that are read when an executor prepares them.
public struct Network: Sendable {
  /// A handle on the result of one operation (or an input) of one network.
  public struct Value: Hashable, Sendable {
    /// Which operation of the list made it.
    let index: Int
    /// Numbers per pixel.
    public let channels: Int
  }

  /// Zeros laid around a picture before a convolution, in pixels.
  public struct Padding: Hashable, Sendable {
    /// Rows above.
    public let top: Int
    /// Columns to the left.
    public let left: Int
    /// Rows below.
    public let bottom: Int
    /// Columns to the right.
    public let right: Int

    /// Makes padding of the given widths, each at least 0.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
      precondition(min(top, left, bottom, right) >= 0, "padding cannot be negative")
      self.top = top
      self.left = left
      self.bottom = bottom
      self.right = right
    }

    /// No padding.
    public static let none = Padding(top: 0, left: 0, bottom: 0, right: 0)
    /// One row below and one column to the right, as the strided convolutions of the VQ-GAN family.
    public static let rightBottom = Padding(top: 0, left: 0, bottom: 1, right: 1)
    /// What keeps height and width with an odd kernel at stride 1.
    public static func same(kernelHeight: Int, kernelWidth: Int) -> Padding {
      Padding(
        top: (kernelHeight - 1) / 2, left: (kernelWidth - 1) / 2, bottom: kernelHeight / 2,
        right: kernelWidth / 2)
    }
  }

  /// Weights and geometry of one convolution.
  struct Convolution: Sendable {
    var weight: Parameter
    var bias: Parameter?
    var kernelHeight: Int
    var kernelWidth: Int
    var stride: Int
    var padding: Padding
    var inputChannels: Int
    var outputChannels: Int
  }

  /// Weights and geometry of one group norm.
  struct GroupNorm: Sendable {
    var scale: Parameter
    var shift: Parameter
    var groups: Int
    var epsilon: Double
  }

  /// What an operation computes; its operands are in `Node.operands`.
  enum Operation: Sendable {
    case input(Int)
    case convolution(Convolution)
    case groupNorm(GroupNorm)
    case swish
    case relu
    /// `a + gain * b`
    case add(gain: Float)
    case multiply
    /// Queries, keys, values.
    case attention
    case upsampleNearest2x
    case averagePool2x2
    case maxPool2x2
    /// The first operand, resized to height and width of the second.
    case resizeNearest
    case haarSynthesis
  }

  /// One operation with its place in the network.
  struct Node: Sendable {
    var operation: Operation
    var operands: [Int]
    var channels: Int
    var label: String
  }

  let nodes: [Node]
  let inputs: [Int]
  let outputs: [Int]

  /// Channels of each input, in order.
  public var inputChannels: [Int] { inputs.map { nodes[$0].channels } }
  /// Channels of each output, in order.
  public var outputChannels: [Int] { outputs.map { nodes[$0].channels } }
  /// Every parameter of the network in the order of its layers.
  public var parameters: [Parameter] {
    nodes.flatMap { node -> [Parameter] in
      switch node.operation {
      case .convolution(let convolution):
        [convolution.weight] + [convolution.bias].compactMap(\.self)
      case .groupNorm(let norm): [norm.scale, norm.shift]
      default: []
      }
    }
  }
}
