internal import CTensorKernels

/// The search with the kernels of one instruction set: every lane keeps its best score, so scores
/// never leave the registers.
///
/// The nearest codeword maximizes `⟨z, e⟩ - |e|²/2`, so both criteria are a product with a bias.
struct KernelSearch: Sendable {
  private let table: KernelTable
  private let size: Int
  private let dimension: Int
  private let weights: MemoryBlock
  private let bias: MemoryBlock
  /// What turns a difference of scores into a gap.
  private let gapUnit: Float

  init(
    matrix: Parameter, criterion: TokenSearch.Criterion, instructionSet: InstructionSet?
  ) throws(NetworkError) {
    table = try KernelTable(choosing: instructionSet)
    size = matrix.shape[0]
    dimension = matrix.shape[1]
    let (size, dimension) = (size, dimension)
    let rows = try matrix.load()
    var summands = [Float](repeating: 0, count: size)
    switch criterion {
    case .nearestCodeword:
      gapUnit = 2
      for token in 0..<size {
        var square = 0.0
        for value in rows[token * dimension..<(token + 1) * dimension] {
          square += Double(value) * Double(value)
        }
        summands[token] = Float(-square / 2)
      }
    case .largestLogit(let parameter):
      gapUnit = 1
      if let parameter { summands = try parameter.load() }
    }
    let panel = table.panel
    weights = MemoryBlock(
      byteCount: tk_packed_size(TK_DIRECT, panel, size, dimension, 1, 1) * 4)
    let block = weights
    unsafe rows.withUnsafeBufferPointer { buffer in
      // SAFETY: `load` has checked the count; the block holds what tk_packed_size says.
      unsafe tk_pack(
        block.floats(), buffer.baseAddress!, TK_DIRECT, panel, size, dimension, 1, 1, 0,
        (size + panel - 1) / panel)
    }
    let padded = paddedChannels(size)
    bias = MemoryBlock(byteCount: padded * 4)
    for token in 0..<padded {
      // SAFETY: the block holds `padded` floats. Columns that are no token can never win.
      unsafe bias.floats()[token] = token < size ? summands[token] : -.infinity
    }
  }

  func tokens(of latents: Tensor, threads: Int, gaps: Bool) -> TokenSearch.Result {
    let count = latents.values.count / dimension
    let rows = 64
    var tokens = [Int32](repeating: 0, count: count)
    var margins = [Float](repeating: 0, count: gaps ? count : 0)
    // SAFETY: the description names arrays of `count` latents, tokens and gaps that live until the
    // end of these closures; tasks write disjoint rows of them.
    unsafe latents.values.withUnsafeBufferPointer { values in
      unsafe tokens.withUnsafeMutableBufferPointer { tokens in
        unsafe margins.withUnsafeMutableBufferPointer { margins in
          guard count > 0 else { return }
          var description = unsafe tk_search(
            count: count, dimension: dimension, stride: dimension, size: size,
            latents: values.baseAddress!, weights: weights.floats(), bias: bias.floats(),
            tokens: tokens.baseAddress!, gaps: gaps ? margins.baseAddress : nil, task_rows: rows)
          unsafe withUnsafePointer(to: &description) { description in
            let kernels = unsafe table.functions.pointee
            let scratch = (0..<threads).map { _ in
              MemoryBlock(byteCount: unsafe kernels.search_scratch(description))
            }
            WorkerTeam.withTeam(of: threads) { team in
              team.forEach((count + rows - 1) / rows) { task, worker in
                unsafe kernels.search(description, task, scratch[worker].start)
              }
            }
          }
        }
      }
    }
    return TokenSearch.Result(tokens: tokens, gaps: margins.map { $0 * gapUnit })
  }
}
