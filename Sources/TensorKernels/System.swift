#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `e` to the power of `x`, from the system's mathematics library.
func exponential(_ x: Double) -> Double { exp(x) }

/// Seconds of processor time that this process has used.
func processorTime() -> Double {
  var time = timespec()
  // SAFETY: the call fills the structure it is given.
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
