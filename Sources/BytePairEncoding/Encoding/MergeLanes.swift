/// Words of at most `capacity` symbols being merged side by side.
///
/// Each merge of a word waits for the one before it: for the minimum of the ranks, then for the
/// rules of two new pairs. Steps of several words taken in turn fill one another's waiting time.
///
/// A word's symbols stand still; a bit for each tells which are left.
struct MergeLanes: ~Copyable {
  /// Words merged at once.
  static let count = 4
  /// One more lane, for a word that is merged alone while the others are in use.
  static let spare = count
  /// Symbols in the longest word. Before the first and after the last stands an edge, which takes
  /// part in no rule.
  static let capacity = stride - 2
  private static let stride = 64
  /// Keys from this on say that there is no rule.
  private static let noRule = RuleTable.none << 6

  private let tables: EncodingTables
  // Invariant: tokens are at most `tables.unknown`.
  private let tokens = Block<UInt32>(count: (count + 1) * stride)
  /// For each symbol the rank of its rule with the symbol after it, and the symbol's place: the
  /// least is the merge to carry out, the leftmost of the strongest.
  private let keys = Block<UInt32>(count: (count + 1) * stride)
  /// Bit i is set while symbol i is left, edges included.
  private let alive = Block<UInt64>(count: count + 1)
  /// Keys to look at: a multiple of eight.
  private let widths = Block<Int>(count: count + 1)

  init(_ tables: EncodingTables) { self.tables = tables }

  /// Whether a model's ranks fit the keys.
  static func fit(_ tables: EncodingTables) -> Bool { tables.rules.count < 1 << 26 }

  /// Puts symbol `index` of a word of up to `capacity` symbols into a lane. To be followed by
  /// `start` when all symbols are there.
  @inline(__always)
  func set(_ index: Int, of lane: Int, to token: UInt32) {
    precondition(token <= tables.unknown)
    tokens[lane &* Self.stride &+ index &+ 1] = token
  }

  /// Looks up the pairs of a word of `count` symbols.
  @inline(__always)
  func start(_ lane: Int, count: Int) {
    precondition(count >= 1 && count <= Self.capacity)
    let base = lane &* Self.stride
    tokens[base] = tables.unknown
    tokens[base &+ count &+ 1] = tables.unknown
    keys[base] = Self.noRule
    // SAFETY: `alive` checks the lane; all indices are below the stride.
    alive[lane] = (2 &<< UInt64(count &+ 1)) &- 1
    for index in 1..<count { unsafe rate(base, index, index &+ 1) }
    widths[lane] = (count &+ 2 &+ 7) & ~7
    for index in count..<widths[lane] { unsafe keys[unchecked: base &+ index] = Self.noRule }
  }

  /// Carries out one merge; false when none is left.
  @inline(__always)
  func step(_ lane: Int) -> Bool {
    var alive = alive[lane]
    let base = lane &* Self.stride
    // SAFETY: the first line checked the lane. A key's low bits and the places of bits are below 64,
    // which is the stride.
    let best = unsafe strongest(base, widths[unchecked: lane])
    guard best < Self.noRule else { return false }
    let index = Int(best & 63)
    // A rule needs a symbol to its right, and after the last symbol comes an edge.
    let after = alive & (~1 &<< UInt64(index))
    let removed = after.trailingZeroBitCount & 63
    let next = (after & (after &- 1)).trailingZeroBitCount & 63
    alive &= ~(1 &<< UInt64(removed))
    let previous = (alive & ((1 &<< UInt64(index)) &- 1)).leadingZeroBitCount & 63 ^ 63
    unsafe self.alive[unchecked: lane] = alive
    unsafe tokens[unchecked: base &+ index] = tables.firstMerged &+ best >> 6
    unsafe keys[unchecked: base &+ removed] = Self.noRule
    unsafe rate(base, index, next)
    unsafe rate(base, previous, index)
    return true
  }

  /// The tokens left in a lane, in order, each with the index of its first symbol.
  @inline(__always)
  func forEachToken(_ lane: Int, _ body: (UInt32, Int) -> Void) {
    // Without the first edge; the last one ends the loop.
    var left = alive[lane] & ~1
    while left & (left &- 1) != 0 {
      let index = left.trailingZeroBitCount
      body(tokens[lane &* Self.stride &+ index], index &- 1)
      left &= left &- 1
    }
  }

  /// Notes the rule for symbols `index` and `next` of the lane at `base`.
  @unsafe @inline(__always)
  private func rate(_ base: Int, _ index: Int, _ next: Int) {
    // SAFETY: the caller answers for the indices; tokens are in range by the invariant.
    let left = unsafe tokens[unchecked: base &+ index]
    let right = unsafe tokens[unchecked: base &+ next]
    let rank = unsafe tables.rules.rank(unchecked: left, right)
    unsafe keys[unchecked: base &+ index] = rank &<< 6 | UInt32(truncatingIfNeeded: index)
  }

  /// The least of `width` keys, a multiple of eight, from `start` on.
  @unsafe @inline(__always)
  private func strongest(_ start: Int, _ width: Int) -> UInt32 {
    var (a, b, c, d) = (UInt32.max, UInt32.max, UInt32.max, UInt32.max)
    var index = start
    let end = start &+ width
    while index < end {
      // SAFETY: the caller answers for start and width.
      a = unsafe min(a, min(keys[unchecked: index], keys[unchecked: index &+ 4]))
      b = unsafe min(b, min(keys[unchecked: index &+ 1], keys[unchecked: index &+ 5]))
      c = unsafe min(c, min(keys[unchecked: index &+ 2], keys[unchecked: index &+ 6]))
      d = unsafe min(d, min(keys[unchecked: index &+ 3], keys[unchecked: index &+ 7]))
      index &+= 8
    }
    return min(min(a, b), min(c, d))
  }
}
