/// IEEE 754 half precision by bit arithmetic: baseline x86-64 has no instruction for it, and
/// `Float16` calls a library function per number.
enum HalfPrecision {
  /// The fp32 number of the same value.
  @inline(__always)
  static func widen(_ half: UInt16) -> Float {
    let magnitude = UInt32(half & 0x7FFF)
    let sign = UInt32(half & 0x8000) << 16
    // Shifting exponent and fraction into place leaves a bias of 15 instead of 127; one exact
    // multiplication mends it, subnormal numbers included.
    let scaled = Float(bitPattern: magnitude << 13) * 0x1p112
    let bits = magnitude >= 0x7C00 ? 0x7F80_0000 | (magnitude & 0x3FF) << 13 : scaled.bitPattern
    return Float(bitPattern: bits | sign)
  }

  /// The nearest half, ties to even; beyond 65504 infinity.
  static func narrow(_ value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    let magnitude = value.bitPattern & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude < 0x3880_0000 {
      // Below the normal halves: adding 0.5 lines the last kept bit up with fp32's last bit, and
      // the addition itself rounds to even.
      let aligned = Float(bitPattern: magnitude) + 0.5
      return sign | UInt16(truncatingIfNeeded: aligned.bitPattern &- Float(0.5).bitPattern)
    }
    let rounded = magnitude &+ 0x0FFF &+ ((magnitude >> 13) & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded &- 0x3800_0000) >> 13)
  }
}
