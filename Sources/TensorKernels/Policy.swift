/// How much accuracy an executor may trade for speed. Recorded in a token file's header, because
/// tokens at near-ties can differ between policies.
public enum Policy: String, CaseIterable, Sendable {
  /// Winograd F(4x4,3x3) where sums are short (256 input channels and fewer), F(2x2,3x3) above.
  case balanced
  /// F(2x2,3x3) everywhere: as accurate as direct summation.
  case exact
  /// F(4x4,3x3) everywhere.
  case fast
  /// Obvious loops in double precision: the oracle, tens of times slower.
  case reference
}
