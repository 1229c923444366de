internal import CTensorKernels

/// One run of a plan: turns each step into a kernel call on the arena.
///
/// SAFETY of the pointers in this file: a plan gives every value, moment and temporary a region of
/// the arena that is large enough for its extent and that no other living value overlaps; the
/// kernels stay within the extents of the descriptions made here, and the tasks of one step write
/// disjoint parts.
final class KernelRun {
  private let fused: FusedNetwork
  private let plan: Plan
  private let engine: Engine
  private let prepared: KernelEngine.Prepared
  private let team: WorkerTeam
  private(set) var workspace: Workspace
  private let batch: Int

  init(
    fused: FusedNetwork, plan: Plan, engine: Engine, prepared: KernelEngine.Prepared,
    workspace: Workspace,
    team: WorkerTeam
  ) {
    self.fused = fused
    self.plan = plan
    self.engine = engine
    self.prepared = prepared
    self.workspace = workspace
    self.team = team
    batch = plan.size.batch
  }

  func perform(_ index: Int, inputs: [Tensor]) {
    let step = fused.steps[index]
    switch step.work {
    case .input(let number): importInput(inputs[number], to: step.result!)
    case .convolution(let c): convolve(c, step: index, to: step.result!)
    case .affine(let input, let prologue): transform(input, prologue, to: step.result!)
    case .add(let a, let b, let gain): add(a, b, gain: gain, to: step.result!)
    case .multiply(let a, let b): multiply(a, b, to: step.result!)
    case .attention(let queries, let keys, let values):
      attend(queries: queries, keys: keys, values: values, step: index, to: step.result!)
    case .pool(let input, let largest): pool(input, largest: largest, to: step.result!)
    case .resize(let input): resize(input, to: step.result!)
    case .haar(let input): synthesize(input, to: step.result!)
    case .moments(let value): collectMoments(of: value)
    case .factors(let norm, let input): computeFactors(of: norm, input: input)
    }
  }

  /// A copy of a value that is in memory now.
  func tensor(_ value: Int) -> Tensor {
    let (extent, stride) = (plan.extents[value], plan.strides[value])
    let pixels = batch * extent.pixels
    let values = unsafe [Float](unsafeUninitializedCapacity: pixels * extent.channels) {
      buffer, count in
      unsafe tk_copy_pixels(
        buffer.baseAddress!, extent.channels, pointer(value), stride, extent.channels, pixels)
      count = pixels * extent.channels
    }
    return Tensor(
      batch: batch, height: extent.height, width: extent.width, channels: extent.channels,
      values: values)
  }

  private var kernels: tk_kernels { unsafe prepared.table.functions.pointee }

  private func pointer(_ value: Int) -> UnsafeMutablePointer<Float> {
    unsafe workspace.arena.floats(at: plan.valueOffsets[value]!)
  }

  private func map(_ value: Int) -> tk_map {
    let extent = plan.extents[value]
    return unsafe tk_map(
      data: pointer(value), height: extent.height, width: extent.width,
      channels: extent.channels, stride: plan.strides[value])
  }

  private func importInput(_ tensor: Tensor, to value: Int) {
    unsafe tensor.values.withUnsafeBufferPointer { buffer in
      unsafe tk_copy_pixels(
        pointer(value), plan.strides[value], buffer.baseAddress!, tensor.channels,
        tensor.channels, batch * tensor.height * tensor.width)
    }
  }

  private func convolve(_ c: FusedNetwork.Convolution, step: Int, to result: Int) {
    let shape = fused.network.convolution(c.node)
    let weights = prepared.weights.convolutions[c.node]!
    let cut = plan.cuts[step]!
    let (scale, shift) = unsafe factors(c.prologue.norm)
    var description = unsafe tk_convolution(
      method: weights.method.kernel, batch: batch, input: map(c.input), output: map(result),
      kernel_height: shape.kernelHeight, kernel_width: shape.kernelWidth, stride: shape.stride,
      padding_top: shape.padding.top, padding_left: shape.padding.left,
      weights: weights.weights.floats(), bias: weights.bias.floats(), scale: scale, shift: shift,
      activation: c.prologue.activation.kernel,
      residual: c.residual.map { unsafe UnsafePointer(pointer($0)) },
      gain: c.gain,
      moments: fused.momentsInProduction.contains(result)
        ? workspace.arena.doubles(at: plan.momentOffsets[result]!) : nil,
      task_rows: cut.taskRows, task_columns: cut.taskColumns, chunk_tiles: cut.chunkTiles,
      transformed: plan.temporaryOffsets[step].map { unsafe workspace.arena.floats(at: $0) },
      shared_tiles: cut.sharedTiles, task_panels: cut.taskPanels)
    let kernels = unsafe kernels
    unsafe withUnsafePointer(to: &description) { description in
      workspace.reserveScratch(
        unsafe kernels.convolution_scratch(description), threads: team.size)
      let scratch = workspace.scratch
      if cut.isShared {
        team.forEach(unsafe tk_transform_tasks(description)) { task, worker in
          unsafe kernels.transform(description, task, scratch[worker].start)
        }
      }
      team.forEach(unsafe kernels.convolution_tasks(description)) { task, worker in
        unsafe kernels.convolve(description, task, scratch[worker].start)
      }
    }
  }

  private func factors(
    _ norm: Int?
  ) -> (scale: UnsafePointer<Float>?, shift: UnsafePointer<Float>?) {
    guard let norm else { return (nil, nil) }
    let stride = plan.strides[fused.network.nodes[norm].operands[0]]
    let factors = unsafe workspace.arena.floats(at: plan.factorOffsets[norm]!)
    return unsafe (UnsafePointer(factors), UnsafePointer(factors + batch * stride))
  }

  private func collectMoments(of value: Int) {
    let (extent, stride) = (plan.extents[value], plan.strides[value])
    let slots = plan.momentSlots[value]!
    let from = unsafe pointer(value)
    let moments = unsafe workspace.arena.doubles(at: plan.momentOffsets[value]!)
    let kernels = unsafe kernels
    team.forEach(batch * slots) { task, _ in
      let (picture, slot) = task.quotientAndRemainder(dividingBy: slots)
      let first = extent.height * slot / slots
      let last = extent.height * (slot + 1) / slots
      unsafe kernels.moments(
        moments + task * tk_moments_size(stride),
        from + (picture * extent.height + first) * extent.width * stride,
        (last - first) * extent.width, stride)
    }
  }

  private func computeFactors(of norm: Int, input: Int) {
    let (slots, stride) = (plan.momentSlots[input]!, plan.strides[input])
    let shape = fused.network.groupNorm(norm)
    let parameters = prepared.weights.groupNorms[norm]!
    let moments = unsafe workspace.arena.doubles(at: plan.momentOffsets[input]!)
    let factors = unsafe workspace.arena.floats(at: plan.factorOffsets[norm]!)
    for picture in 0..<batch {
      unsafe tk_group_norm(
        moments + picture * slots * tk_moments_size(stride), slots, stride,
        plan.extents[input].channels, shape.groups, shape.epsilon, parameters.scale,
        parameters.shift, factors + picture * stride, factors + (batch + picture) * stride)
    }
  }

  private func attend(queries: Int, keys: Int, values: Int, step: Int, to result: Int) {
    let (extent, stride) = (plan.extents[queries], plan.strides[queries])
    let rows = 64
    var description = unsafe tk_attention(
      batch: batch, pixels: extent.pixels, channels: extent.channels, stride: stride,
      queries: pointer(queries), keys: pointer(keys), values: pointer(values),
      results: pointer(result),
      packed: workspace.arena.floats(at: plan.temporaryOffsets[step]!), task_rows: rows,
      uses_blas: engine == .openBLAS ? 1 : 0)
    let kernels = unsafe kernels
    unsafe withUnsafePointer(to: &description) { description in
      workspace.reserveScratch(unsafe kernels.attention_scratch(description), threads: team.size)
      let scratch = workspace.scratch
      for picture in 0..<batch {
        if engine == .kernels {
          team.forEach(unsafe tk_attention_pack_tasks(description)) { task, _ in
            unsafe kernels.attention_pack(description, picture, task)
          }
        }
        team.forEach((extent.pixels + rows - 1) / rows) { task, worker in
          unsafe kernels.attend(description, picture, task, scratch[worker].start)
        }
      }
    }
  }

  private func transform(_ input: Int, _ prologue: FusedNetwork.Prologue, to result: Int) {
    let (extent, stride) = (plan.extents[result], plan.strides[result])
    let (from, to) = unsafe (pointer(input), pointer(result))
    let (scale, shift) = unsafe factors(prologue.norm)
    let kernels = unsafe kernels
    team.forEach(batch * extent.height) { row, _ in
      let offset = row * extent.width * stride
      let picture = row / extent.height * stride
      unsafe kernels.affine(
        to + offset, from + offset, extent.width, stride, scale.map { unsafe $0 + picture },
        shift.map { unsafe $0 + picture }, prologue.activation.kernel)
    }
  }

  private func add(_ a: Int, _ b: Int, gain: Float, to result: Int) {
    let extent = plan.extents[result]
    let count = extent.width * plan.strides[result]
    let (from, other, to) = unsafe (pointer(a), pointer(b), pointer(result))
    let kernels = unsafe kernels
    team.forEach(batch * extent.height) { row, _ in
      let offset = row * count
      unsafe kernels.add(to + offset, from + offset, other + offset, gain, count)
    }
  }

  private func multiply(_ a: Int, _ b: Int, to result: Int) {
    let extent = plan.extents[result]
    let count = extent.width * plan.strides[result]
    let (from, other, to) = unsafe (pointer(a), pointer(b), pointer(result))
    let kernels = unsafe kernels
    team.forEach(batch * extent.height) { row, _ in
      let offset = row * count
      unsafe kernels.multiply(to + offset, from + offset, other + offset, count)
    }
  }

  private func pool(_ input: Int, largest: Bool, to result: Int) {
    let (from, to) = unsafe (map(input), map(result))
    let kernels = unsafe kernels
    team.forEach(batch * (unsafe to.height)) { row, _ in
      let (picture, line) = unsafe row.quotientAndRemainder(dividingBy: to.height)
      let above = unsafe from.data! + (picture * from.height + 2 * line) * from.width * from.stride
      unsafe kernels.pool_row(
        to.data! + row * to.width * to.stride, above, above + from.width * from.stride, to.width,
        to.stride, largest ? 1 : 0)
    }
  }

  private func resize(_ input: Int, to result: Int) {
    let (from, to) = unsafe (map(input), map(result))
    team.forEach(batch * (unsafe to.height)) { row, _ in
      let (picture, line) = unsafe row.quotientAndRemainder(dividingBy: to.height)
      let source = unsafe picture * from.height + line * from.height / to.height
      unsafe tk_resize_row(
        to.data! + row * to.width * to.stride, to.width,
        from.data! + source * from.width * from.stride, from.width, to.stride)
    }
  }

  private func synthesize(_ input: Int, to result: Int) {
    let (from, to) = unsafe (map(input), map(result))
    team.forEach(batch * (unsafe from.height)) { row, _ in
      let above = unsafe to.data! + 2 * row * to.width * to.stride
      unsafe tk_haar_row(
        above, above + to.width * to.stride, to.stride, to.channels,
        from.data! + row * from.width * from.stride, from.stride, from.width)
    }
  }
}

extension FusedNetwork.Activation {
  /// The kernels' name for it.
  var kernel: tk_activation {
    switch self {
    case .none: TK_IDENTITY
    case .swish: TK_SWISH
    case .relu: TK_RELU
    }
  }
}
