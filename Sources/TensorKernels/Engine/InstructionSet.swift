internal import CTensorKernels

/// A family of vector instructions that the kernels are compiled for.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// Four floats; every x86-64 processor.
  case sse2
  /// Eight floats with fused multiply-add.
  case avx2
  /// Sixteen floats.
  case avx512
  /// Four floats; every arm64 processor.
  case neon

  /// Those that this program holds and this processor runs.
  public static var available: [InstructionSet] {
    allCases.filter { KernelTable($0) != nil }
  }
}

/// The kernels of one instruction set.
///
/// SAFETY: the pointer leads to a constant table of functions that lives as long as the program.
@safe struct KernelTable: @unchecked Sendable {
  let functions: UnsafePointer<tk_kernels>

  /// Nothing when the program or the processor does not have the set.
  init?(_ set: InstructionSet) {
    guard let functions = unsafe tk_kernels_named(set.rawValue) else { return nil }
    unsafe self.functions = functions
  }

  /// The named set, or else the one of the environment variable `TESSERA_ISA`, or else the best.
  init(choosing set: InstructionSet?) throws(NetworkError) {
    var wanted = set?.rawValue
    if wanted == nil, let forced = unsafe tk_forced_name() {
      wanted = unsafe String(cString: forced)
    }
    guard let functions = unsafe tk_kernels_named(wanted) else {
      throw NetworkError(.instructionSet(wanted ?? "at all"), at: "TESSERA_ISA")
    }
    unsafe self.functions = functions
  }

  /// `sse2`, `avx2`, `avx512` or `neon`.
  var name: String { unsafe String(cString: functions.pointee.name) }
  /// Output channels that lie together in packed weights.
  var panel: Int { unsafe functions.pointee.panel }
}
