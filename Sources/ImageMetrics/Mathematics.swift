#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

func binaryLogarithm(_ x: Double) -> Double { log2(x) }
func decimalLogarithm(_ x: Double) -> Double { log10(x) }
func exponential(_ x: Double) -> Double { exp(x) }
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
