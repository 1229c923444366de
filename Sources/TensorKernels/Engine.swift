/// What multiplies matrices. Everything around it (fusion, arena, threads) is the same.
public enum Engine: String, CaseIterable, Sendable {
  /// Our own kernels: Winograd convolutions, products in registers.
  case kernels
  /// OpenBLAS, loaded when first used: convolutions as products of gathered taps. Several times
  /// slower; a second opinion on results, and a yardstick.
  case openBLAS = "openblas"
}

/// How an executor computes: what decides the method of every convolution.
struct Arithmetic: Sendable {
  var policy: Policy
  var engine: Engine

  func method(of convolution: Network.Convolution, isUpsampled: Bool) -> Method {
    engine == .openBLAS
      ? .matrix : Method(convolution, isUpsampled: isUpsampled, policy: policy)
  }
}
