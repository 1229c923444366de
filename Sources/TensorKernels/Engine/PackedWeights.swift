internal import CTensorKernels
import Synchronization

/// The weights of a network in the order in which the kernels of one instruction set read them.
///
/// SAFETY: written while it is made, only read afterwards.
final class PackedWeights: Sendable {
  /// One convolution: packed weights, and the bias with zeros behind.
  struct Convolution: Sendable {
    let method: Method
    let weights: MemoryBlock
    let bias: MemoryBlock
  }

  struct GroupNorm: Sendable {
    let scale: [Float]
    let shift: [Float]
  }

  let convolutions: [Int: Convolution]
  let groupNorms: [Int: GroupNorm]

  /// Reads and packs all weights, several layers at a time.
  init(_ fused: FusedNetwork, arithmetic: Arithmetic, table: KernelTable, team: WorkerTeam)
    throws(NetworkError)
  {
    var norms: [Int: GroupNorm] = [:]
    var work: [(node: Int, convolution: Network.Convolution, method: Method)] = []
    for step in fused.steps {
      switch step.work {
      case .convolution(let c):
        let convolution = fused.network.convolution(c.node)
        work.append(
          (c.node, convolution, arithmetic.method(of: convolution, isUpsampled: c.isUpsampled)))
      case .factors(let node, _):
        let norm = fused.network.groupNorm(node)
        norms[node] = GroupNorm(scale: try norm.scale.load(), shift: try norm.shift.load())
      default: break
      }
    }
    let results = Mutex<[Int: Swift.Result<Convolution, NetworkError>]>([:])
    let items = work
    team.forEach(items.count) { task, _ in
      let item = items[task]
      let result = Swift.Result { () throws(NetworkError) -> Convolution in
        try Self.packed(item.convolution, as: item.method, table: table)
      }
      results.withLock { $0[item.node] = result }
    }
    let packed = results.withLock { $0 }
    var convolutions: [Int: Convolution] = [:]
    for item in items { convolutions[item.node] = try packed[item.node]!.get() }
    self.convolutions = convolutions
    groupNorms = norms
  }

  /// Bytes of all packed weights.
  var byteCount: Int {
    convolutions.values.reduce(0) { $0 + $1.weights.byteCount + $1.bias.byteCount }
  }

  private static func packed(
    _ c: Network.Convolution, as method: Method, table: KernelTable
  ) throws(NetworkError) -> Convolution {
    let weights = try c.weight.load()
    let bias = try c.bias?.load() ?? []
    // OpenBLAS wants rows of all outputs: the same order as a single panel.
    let panel = method == .matrix ? paddedChannels(c.outputChannels) : table.panel
    let kernel = method == .matrix ? TK_DIRECT : method.kernel
    let size = tk_packed_size(
      kernel, panel, c.outputChannels, c.inputChannels, c.kernelHeight, c.kernelWidth)
    let block = MemoryBlock(byteCount: size * 4)
    let columns = method == .fewResults ? 9 * c.outputChannels : c.outputChannels
    unsafe weights.withUnsafeBufferPointer { buffer in
      // SAFETY: `load` has checked the count; the block holds what tk_packed_size says.
      unsafe tk_pack(
        block.floats(), buffer.baseAddress!, kernel, panel, c.outputChannels,
        c.inputChannels, c.kernelHeight, c.kernelWidth, 0, (columns + panel - 1) / panel)
    }
    let biasBlock = MemoryBlock(byteCount: paddedChannels(c.outputChannels) * 4)
    for (index, value) in bias.enumerated() {
      // SAFETY: the bias has `outputChannels` numbers, the block at least as many.
      unsafe biasBlock.floats()[index] = value
    }
    return Convolution(method: method, weights: block, bias: biasBlock)
  }
}

/// Floats that a pixel of `channels` takes in the arena.
func paddedChannels(_ channels: Int) -> Int {
  let multiple = Int(TK_CHANNEL_MULTIPLE)
  return (channels + multiple - 1) / multiple * multiple
}
