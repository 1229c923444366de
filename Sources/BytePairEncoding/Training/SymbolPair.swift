/// An ordered pair of symbols as one integer.
package struct SymbolPair: Hashable, BitwiseCopyable {
  let packed: UInt64

  @inline(__always) package init(_ left: UInt32, _ right: UInt32) {
    packed = UInt64(left) << 32 | UInt64(right)
  }
  @inline(__always) init(packed: UInt64) { self.packed = packed }

  package var left: UInt32 { UInt32(truncatingIfNeeded: packed >> 32) }
  package var right: UInt32 { UInt32(truncatingIfNeeded: packed) }

  @inline(__always) var hash: UInt64 {
    let product = (packed ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}
