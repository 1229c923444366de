internal import CTensorKernels

/// Zeroed memory for the kernels, freed with its last reference.
///
/// SAFETY: who writes where is decided by plans: two threads never write the same bytes within one
/// step, and steps are separated by the worker team's barrier.
@safe final class MemoryBlock: @unchecked Sendable {
  let byteCount: Int
  let start: UnsafeMutableRawPointer

  /// Traps when the system has no memory left, as Swift's own arrays do.
  init(byteCount: Int) {
    guard let memory = unsafe tk_allocate(byteCount) else {
      fatalError("no memory for \(byteCount) bytes of feature maps")
    }
    self.byteCount = byteCount
    unsafe start = memory
  }

  deinit { unsafe tk_free(start) }

  /// The floats from `offset` bytes on.
  func floats(at offset: Int = 0) -> UnsafeMutablePointer<Float> {
    // SAFETY: plans hand out offsets inside the block, multiples of 64.
    unsafe (start + offset).assumingMemoryBound(to: Float.self)
  }

  /// The doubles from `offset` bytes on.
  func doubles(at offset: Int) -> UnsafeMutablePointer<Double> {
    // SAFETY: as `floats(at:)`.
    unsafe (start + offset).assumingMemoryBound(to: Double.self)
  }
}
