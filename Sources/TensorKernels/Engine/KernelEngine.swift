internal import CTensorKernels
import Synchronization

/// Runs a fused network with the kernels of one instruction set.
final class KernelEngine: Sendable {
  private let fused: FusedNetwork
  private let arithmetic: Arithmetic
  private let instructionSet: InstructionSet?
  private let prepared = Mutex<Prepared?>(nil)
  private let plans = Mutex<[PlannedSize]>([])

  /// Sizes whose plan and memory are kept.
  private static let keptSizes = 4

  struct Prepared: Sendable {
    let table: KernelTable
    let weights: PackedWeights
  }

  /// A plan and the memory of runs that are over.
  private struct PlannedSize: Sendable {
    var plan: Plan
    var idle: [Workspace]
  }

  init(_ network: Network, arithmetic: Arithmetic, instructionSet: InstructionSet?) {
    fused = FusedNetwork(network, fusingUpsampling: arithmetic.engine == .kernels)
    self.arithmetic = arithmetic
    self.instructionSet = instructionSet
  }

  /// The packed weights, read on the first call.
  func prepare(threads: Int) throws(NetworkError) -> Prepared {
    try prepared.withLock { cached throws(NetworkError) -> Prepared in
      if let cached { return cached }
      let table = try KernelTable(choosing: instructionSet)
      if arithmetic.engine == .openBLAS, tk_blas_load() == 0 {
        throw NetworkError(.engine(arithmetic.engine.rawValue), at: "libopenblas.so.0")
      }
      let weights = try WorkerTeam.withTeam(of: threads) { team in
        Result { () throws(NetworkError) -> PackedWeights in
          try PackedWeights(fused, arithmetic: arithmetic, table: table, team: team)
        }
      }.get()
      let made = Prepared(table: table, weights: weights)
      cached = made
      return made
    }
  }

  /// See `NetworkExecutor.run`; the inputs have been checked.
  func run(
    _ inputs: [Tensor], threads: Int, observer: ((String, Tensor) -> Void)? = nil,
    profiler: ((LayerProfile) -> Void)? = nil
  ) throws(NetworkError) -> [Tensor] {
    let prepared = try prepare(threads: threads)
    let size = Plan.Size(
      batch: inputs[0].batch, height: inputs[0].height, width: inputs[0].width)
    var (plan, workspace) = try borrow(size)
    let network = fused.network
    let result = WorkerTeam.withTeam(of: threads) { team in
      let run = KernelRun(
        fused: fused, plan: plan, engine: arithmetic.engine, prepared: prepared,
        workspace: workspace, team: team)
      for index in fused.steps.indices {
        let start = profiler.map { _ in Stopwatch() }
        run.perform(index, inputs: inputs)
        if let profiler, let start { profiler(profile(of: index, plan, since: start)) }
        if let observer, let value = fused.steps[index].result {
          observer(network.nodes[value].label, run.tensor(value))
        }
      }
      workspace = run.workspace
      return network.outputs.map { run.tensor($0) }
    }
    giveBack(workspace, size)
    return result
  }

  private func profile(
    of index: Int, _ plan: Plan, since start: Stopwatch
  ) -> LayerProfile {
    let (step, network) = (fused.steps[index], fused.network)
    var node = step.result ?? 0
    var kind: String
    switch step.work {
    case .input: kind = "input"
    case .convolution(let c):
      node = c.node
      let method = arithmetic.method(of: network.convolution(node), isUpsampled: c.isUpsampled)
      kind = "convolution \(method)\(plan.cuts[index]!.isShared ? " shared" : "")"
    case .affine: kind = "affine"
    case .add: kind = "add"
    case .multiply: kind = "multiply"
    case .attention: kind = "attention"
    case .pool: kind = "pool"
    case .resize: kind = "resize"
    case .haar: kind = "haar"
    case .moments(let value): (node, kind) = (value, "moments")
    case .factors(let norm, _): (node, kind) = (norm, "group norm")
    }
    let extent = plan.extents[node]
    let elapsed = start.elapsed
    return LayerProfile(
      label: network.nodes[node].label, kind: kind, height: extent.height, width: extent.width,
      channels: extent.channels,
      operations: step.result == nil
        ? 0 : network.operations(of: node, plan.extents) * Double(plan.size.batch),
      seconds: elapsed.wall, processorSeconds: elapsed.processor)
  }

  private func borrow(_ size: Plan.Size) throws(NetworkError) -> (Plan, Workspace) {
    let known = plans.withLock { plans -> (Plan, Workspace?)? in
      guard let index = plans.firstIndex(where: { $0.plan.size == size }) else { return nil }
      // Most recently used last.
      plans.append(plans.remove(at: index))
      return (plans[plans.count - 1].plan, plans[plans.count - 1].idle.popLast())
    }
    if let (plan, workspace) = known {
      return (plan, workspace ?? Workspace(arenaByteCount: plan.arenaByteCount))
    }
    let plan = try Plan(fused, size: size, arithmetic: arithmetic)
    plans.withLock { plans in
      guard !plans.contains(where: { $0.plan.size == size }) else { return }
      plans.append(PlannedSize(plan: plan, idle: []))
      if plans.count > Self.keptSizes { plans.removeFirst() }
    }
    return (plan, Workspace(arenaByteCount: plan.arenaByteCount))
  }

  private func giveBack(_ workspace: Workspace, _ size: Plan.Size) {
    plans.withLock { plans in
      guard let index = plans.firstIndex(where: { $0.plan.size == size }) else { return }
      plans[index].idle.append(workspace)
    }
  }
}

/// The memory of one run: feature maps, and scratch for each thread.
struct Workspace: Sendable {
  let arena: MemoryBlock
  private(set) var scratch: [MemoryBlock] = []

  init(arenaByteCount: Int) {
    arena = MemoryBlock(byteCount: arenaByteCount)
  }

  /// Makes room for `byteCount` bytes of scratch for each of `threads` threads.
  mutating func reserveScratch(_ byteCount: Int, threads: Int) {
    for index in 0..<threads {
      if index == scratch.count {
        scratch.append(MemoryBlock(byteCount: byteCount))
      } else if scratch[index].byteCount < byteCount {
        scratch[index] = MemoryBlock(byteCount: byteCount)
      }
    }
  }
}
