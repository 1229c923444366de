/// How much accuracy an executor may trade for speed. Recorded in a token file's header, because
/// tokens at near-ties can differ between policies.
public enum Policy: String, CaseIterable, Sendable {
  /// Winograd F(4x4,3x3) for 64 to 512 input channels; F(2x2,3x3) above, where sums are long, and
  /// below, where there is little to gain.
  case balanced
  /// F(2x2,3x3) everywhere: as accurate as direct summation.
  case exact
  /// F(4x4,3x3) everywhere.
  case fast
  /// Obvious loops in double precision: the oracle, tens of times slower.
  case reference
}
