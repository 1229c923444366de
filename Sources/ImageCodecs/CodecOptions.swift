public import TensorKernels

/// How a codec computes: which arithmetic, and on how many threads.
public struct CodecOptions: Hashable, Sendable {
  /// Which arithmetic the kernels may use: `balanced`, `exact`, `fast` or `reference`.
  public typealias Policy = TensorKernels.Policy

  /// Which arithmetic the kernels may use. A token file records it.
  public var policy: Policy

  /// What multiplies matrices: the library's own kernels, or OpenBLAS for comparison.
  public var engine: Engine

  /// Threads of one encode or decode call, at least 1. Results do not depend on it.
  public var threads: Int

  /// Makes options.
  public init(policy: Policy = .balanced, engine: Engine = .kernels, threads: Int = 1) {
    self.policy = policy
    self.engine = engine
    self.threads = max(1, threads)
  }
}
