internal import CTensorKernels
import Synchronization

/// How many floating-point operations the processor manages per second, measured by multiply-adds
/// that never leave the registers.
public struct ProcessorPeak: Sendable {
  /// The instruction set that was measured: `avx512`, `avx2`, `sse2`, `neon`.
  public let instructionSet: String
  /// Operations per second of wall-clock time, all threads together; two per multiply-add.
  public let operationsPerSecond: Double
  /// Operations per second of processor time of one thread.
  public let operationsPerProcessorSecond: Double

  /// Measures for some hundredths of a second, the best of several attempts.
  ///
  /// - Parameter threads: How many threads work at once.
  /// - Throws: `instructionSet` when `TESSERA_ISA` names one that the processor lacks.
  public init(threads: Int) throws(NetworkError) {
    let table = try KernelTable(choosing: nil)
    instructionSet = table.name
    let kernels = unsafe table.functions.pointee
    let rounds = 40_000
    // Keeps the results of the loops, so that nobody may leave them out.
    let sums = Mutex<Float>(0)
    var best = (wall: 0.0, processor: 0.0)
    WorkerTeam.withTeam(of: threads) { team in
      for _ in 0..<7 {
        let watch = Stopwatch()
        team.forEach(threads) { _, _ in
          let sum = unsafe kernels.saturate(rounds)
          sums.withLock { $0 += sum }
        }
        let elapsed = watch.elapsed
        let work = unsafe Double(threads * rounds * kernels.saturate_operations)
        best.wall = max(best.wall, work / elapsed.wall)
        best.processor = max(best.processor, work / elapsed.processor)
      }
    }
    operationsPerSecond = best.wall
    operationsPerProcessorSecond = best.processor
  }
}
