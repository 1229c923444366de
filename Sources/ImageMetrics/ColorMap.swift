/// 256 colours from black over purple, red and orange to pale yellow, for values 0…1.
///
/// Lightness rises in equal steps, so equal steps of the value look equally large and the order
/// survives grey printing and colour blindness. The colours are a fifth-degree Bézier path in the
/// a-b plane of OKLab with L rising from 0.13 to 0.97; none leaves sRGB.
///
/// Source of the colour space: Björn Ottosson 2020, "A perceptual color space for image
/// processing".
public enum ColorMap {
  /// An sRGB colour, 0…255 per channel.
  public struct Color: Hashable, Sendable {
    /// Red.
    public let red: UInt8
    /// Green.
    public let green: UInt8
    /// Blue.
    public let blue: UInt8
  }

  /// The colours, from value 0 to value 1.
  public static let colors: [Color] = (0...255).map { color(ofLab: path(Double($0) / 255)) }

  /// The colour of `value`, which is clamped to 0…1; NaN counts as 0.
  public static func color(at value: Double) -> Color {
    let clamped = value > 0 ? min(value, 1) : 0
    return colors[Int(clamped * 255 + 0.5)]
  }

  /// Lightness (0…1) and the two opponent colours of the path at `t` (0…1).
  package static func path(_ t: Double) -> SIMD3<Double> {
    let controls: [(a: Double, b: Double)] = [
      (0, 0), (0.07, -0.17), (0.27, -0.05), (0.26, 0.23), (-0.03, 0.20), (-0.03, 0.06),
    ]
    let binomials: [Double] = [1, 5, 10, 10, 5, 1]
    var point = SIMD3(0.13 + 0.84 * t, 0, 0)
    for (index, control) in controls.enumerated() {
      var weight = binomials[index]
      for _ in 0..<index { weight *= t }
      for _ in index..<5 { weight *= 1 - t }
      point.y += weight * control.a
      point.z += weight * control.b
    }
    return point
  }

  /// Linear red, green and blue of an OKLab colour; within 0…1 when sRGB can show it.
  package static func linearLight(ofLab lab: SIMD3<Double>) -> SIMD3<Double> {
    let l = cube(lab.x + 0.3963377774 * lab.y + 0.2158037573 * lab.z)
    let m = cube(lab.x - 0.1055613458 * lab.y - 0.0638541728 * lab.z)
    let s = cube(lab.x - 0.0894841775 * lab.y - 1.2914855480 * lab.z)
    return SIMD3(
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)
  }

  private static func color(ofLab lab: SIMD3<Double>) -> Color {
    let light = linearLight(ofLab: lab)
    func level(_ x: Double) -> UInt8 {
      let x = min(max(x, 0), 1)
      let encoded = x <= 0.0031308 ? 12.92 * x : 1.055 * power(x, 1 / 2.4) - 0.055
      return UInt8(encoded * 255 + 0.5)
    }
    return Color(red: level(light.x), green: level(light.y), blue: level(light.z))
  }

  private static func cube(_ x: Double) -> Double { x * x * x }
}
