#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A reconstruction filter of Pillow's resampler.
public enum ResampleFilter: String, Hashable, Sendable, CaseIterable {
  /// Mean over the covered pixels.
  case box
  /// Triangle over two pixels.
  case bilinear
  /// Keys' cubic with a = -0.5 over four pixels.
  case bicubic
  /// Sinc windowed by a sinc, over six pixels.
  case lanczos

  /// Half the filter's width in pixels, at scale 1.
  var support: Double {
    switch self {
    case .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The weight of a pixel at distance `x` from the centre.
  ///
  /// Whether an end of the filter's interval belongs to it matters for exact agreement: the box
  /// excludes its left end, Lanczos its right one.
  func weight(_ x: Double) -> Double {
    switch self {
    case .box:
      return x > -0.5 && x <= 0.5 ? 1 : 0
    case .bilinear:
      return max(0, 1 - x.magnitude)
    case .bicubic:
      let a = -0.5
      let d = x.magnitude
      if d < 1 { return ((a + 2) * d - (a + 3)) * d * d + 1 }
      if d < 2 { return (((d - 5) * d + 8) * d - 4) * a }
      return 0
    case .lanczos:
      return x >= -3 && x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
    }
  }

  private static func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(x * .pi) / (x * .pi)
  }
}
