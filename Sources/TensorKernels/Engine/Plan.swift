internal import CTensorKernels

/// A fused network at one size: how each convolution is cut into tasks, and where in the arena every
/// value lies.
///
/// Tasks depend on the size alone, never on the number of threads, and every sum is taken within one
/// task: that is why results are the same for any number of threads.
struct Plan: Sendable {
  struct Size: Hashable, Sendable {
    var batch: Int
    var height: Int
    var width: Int
  }

  /// How the output of a convolution is divided.
  struct Cut: Sendable {
    var taskRows = 0
    var taskColumns = 0
    var chunkTiles = 0
    /// Small maps with long sums transform their input once for all tasks.
    var isShared = false
    var sharedTiles = 0
    var taskPanels = 1
    /// Slots of moments per picture.
    var slots = 0
  }

  let size: Size
  let extents: [Extent]
  /// Floats from pixel to pixel of every value.
  let strides: [Int]
  /// One per step; only convolutions have one.
  let cuts: [Cut?]
  /// Where every value begins, in bytes; nil for values that were fused away.
  private(set) var valueOffsets: [Int?]
  /// Where the moments of a value begin.
  private(set) var momentOffsets: [Int: Int] = [:]
  /// Slots of moments per picture of a value.
  private(set) var momentSlots: [Int: Int] = [:]
  /// Where factors and summands of a group norm begin.
  private(set) var factorOffsets: [Int: Int] = [:]
  /// Where the memory that a step needs for itself begins.
  private(set) var temporaryOffsets: [Int: Int] = [:]
  /// Bytes of the arena.
  let arenaByteCount: Int

  init(_ fused: FusedNetwork, size: Size, arithmetic: Arithmetic) throws(NetworkError) {
    let network = fused.network
    let extents = try network.extents(
      batch: size.batch, height: size.height, width: size.width)
    self.size = size
    self.extents = extents
    strides = network.nodes.indices.map {
      let channels = network.nodes[$0].channels
      return fused.compactInputs.contains($0) ? channels : paddedChannels(channels)
    }
    var cuts: [Cut?] = []
    var arena = ArenaPlanner()
    var valueRegions = [Int?](repeating: nil, count: network.nodes.count)
    var momentRegions: [Int: Int] = [:]
    var factorRegions: [Int: Int] = [:]
    var temporaryRegions: [Int: Int] = [:]
    var lastUse = [Int](repeating: -1, count: network.nodes.count)
    for (index, step) in fused.steps.enumerated() {
      for value in FusedNetwork.values(readBy: step.work) { lastUse[value] = index }
    }
    for output in network.outputs { lastUse[output] = fused.steps.count }

    for (index, step) in fused.steps.enumerated() {
      var cut: Cut?
      switch step.work {
      case .convolution(let c):
        let convolution = network.convolution(c.node)
        let method = arithmetic.method(of: convolution, isUpsampled: c.isUpsampled)
        let chosen = Cut(
          convolution, method,
          output: extents[c.node], stride: strides[c.input])
        cut = chosen
        if chosen.isShared {
          temporaryRegions[index] = arena.add(
            byteCount: chosen.transformedCount(
              method, output: extents[c.node], stride: strides[c.input], batch: size.batch) * 4,
            at: index)
        }
        if fused.momentsInProduction.contains(step.result!) {
          momentSlots[step.result!] = chosen.slots
        }
      case .moments(let value):
        momentSlots[value] = min(16, extents[value].height)
      case .attention(let queries, _, _):
        let pixels = paddedChannels(extents[queries].pixels)
        temporaryRegions[index] = arena.add(
          byteCount: 2 * pixels * strides[queries] * 4, at: index)
      case .factors(let norm, let input):
        factorRegions[norm] = arena.add(byteCount: 2 * size.batch * strides[input] * 4, at: index)
      default: break
      }
      cuts.append(cut)

      for value in FusedNetwork.values(readBy: step.work) {
        if let region = valueRegions[value] { arena.extend(region, to: index) }
      }
      if let norm = FusedNetwork.norm(of: step.work) {
        arena.extend(factorRegions[norm]!, to: index)
      }
      if case .factors(_, let input) = step.work {
        arena.extend(momentRegions[input]!, to: index)
      }
      if case .moments(let value) = step.work {
        momentRegions[value] = arena.add(
          byteCount: Self.momentCount(size.batch, momentSlots[value]!, strides[value]) * 8,
          at: index)
      }
      if let result = step.result {
        if fused.momentsInProduction.contains(result) {
          momentRegions[result] = arena.add(
            byteCount: Self.momentCount(size.batch, momentSlots[result]!, strides[result]) * 8,
            at: index)
        }
        // A result replaces a value that it is added to pixel by pixel and that nobody reads later.
        if let replaced = Self.replaceable(by: step.work), lastUse[replaced] == index,
          extents[replaced] == extents[result], strides[replaced] == strides[result]
        {
          valueRegions[result] = valueRegions[replaced]
          arena.extend(valueRegions[result]!, to: index)
        } else {
          valueRegions[result] = arena.add(
            byteCount: size.batch * extents[result].pixels * strides[result] * 4, at: index)
        }
        if lastUse[result] == fused.steps.count {
          arena.extend(valueRegions[result]!, to: fused.steps.count)
        }
      }
    }
    arena.place()
    self.cuts = cuts
    valueOffsets = valueRegions.map { $0.map { arena.regions[$0].offset } }
    momentOffsets = momentRegions.mapValues { arena.regions[$0].offset }
    factorOffsets = factorRegions.mapValues { arena.regions[$0].offset }
    temporaryOffsets = temporaryRegions.mapValues { arena.regions[$0].offset }
    arenaByteCount = arena.byteCount
  }

  private static func momentCount(_ batch: Int, _ slots: Int, _ stride: Int) -> Int {
    batch * slots * tk_moments_size(stride)
  }

  /// The operand whose memory a work may overwrite with its result while it reads it.
  private static func replaceable(by work: FusedNetwork.Work) -> Int? {
    switch work {
    case .convolution(let c): c.residual == c.input ? nil : c.residual
    case .affine(let input, _): input
    case .add(let a, _, _), .multiply(let a, _): a
    default: nil
    }
  }
}
