/// How a codec computes: which arithmetic, and on how many threads.
public struct CodecOptions: Hashable, Sendable {
  /// Which arithmetic the kernels may use.
  public enum Policy: String, CaseIterable, Hashable, Sendable {
    /// The default: the fastest arithmetic that keeps fp32 accuracy.
    case balanced
    /// The most accurate fast kernels everywhere.
    case exact
    /// The fastest fp32 kernels everywhere.
    case fast
    /// Obvious loops: slow, kept as the oracle of the others.
    case reference
  }

  /// Which arithmetic the kernels may use. A token file records it.
  public var policy: Policy

  /// Threads of one encode or decode call, at least 1. Results do not depend on it.
  public var threads: Int

  /// Makes options.
  public init(policy: Policy = .balanced, threads: Int = 1) {
    self.policy = policy
    self.threads = max(1, threads)
  }
}
