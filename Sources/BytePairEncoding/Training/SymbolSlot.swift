/// How a symbol is kept in an arena: in 16 bits where all symbols of a training fit, which halves
/// the memory that merging walks through, else in 32.
protocol SymbolSlot: FixedWidthInteger, UnsignedInteger, BitwiseCopyable {
  /// Holds two symbols.
  associatedtype Pair: FixedWidthInteger, UnsignedInteger, BitwiseCopyable
}

extension UInt16: SymbolSlot { typealias Pair = UInt32 }
extension UInt32: SymbolSlot { typealias Pair = UInt64 }

extension SymbolSlot {
  /// `Alphabet.boundary`.
  @inline(__always) static var boundary: Self { Self(truncatingIfNeeded: Alphabet.boundary) }
  /// `Alphabet.dead`.
  @inline(__always) static var dead: Self { Self(truncatingIfNeeded: Alphabet.dead) }

  /// `pair`, whose symbols fit a slot, in the least space.
  @inline(__always) static func pack(_ pair: SymbolPair) -> Pair {
    Pair(truncatingIfNeeded: pair.left) << Pair(truncatingIfNeeded: bitWidth)
      | Pair(truncatingIfNeeded: pair.right)
  }

  /// Inverse of `pack`.
  @inline(__always) static func unpack(_ packed: Pair) -> SymbolPair {
    SymbolPair(
      UInt32(truncatingIfNeeded: packed >> Pair(truncatingIfNeeded: bitWidth)),
      UInt32(truncatingIfNeeded: Self(truncatingIfNeeded: packed)))
  }
}
