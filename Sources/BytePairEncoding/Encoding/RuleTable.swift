/// Pairs of tokens to the ranks of merge rules, by row displacement: all rules with the same left
/// token form a row, indexed by the right token; rows are laid over one another at displacements at
/// which none of their entries meet.
///
/// A look-up is two loads and a comparison, without a hash, a probe or a branch on the outcome, and
/// those of one left token with frequent right tokens (the small ones) lie side by side.
package struct RuleTable: ~Copyable {
  /// The rank of a pair that has no rule: weaker than any.
  package static let none: UInt32 = .max

  /// Number of rules.
  package let count: Int
  /// By left token; `crowded` for a row that lies in `crowdedRows`.
  private let displacements: Block<UInt32>
  /// The left token above the rank, at the right token ^ displacement; all ones where no rule lies.
  /// Sixteen bits for each where that is enough, so that more of the table stays in the second-level
  /// cache; else these are empty, and `wideEntries` hold thirty-two bits for each.
  private let entries: Block<UInt32>
  private let wideEntries: Block<UInt64>
  /// The rules of rows for which no displacement was found. Trained models have none, so that this
  /// need not be fast.
  private let crowdedRows: [SymbolPair: UInt32]

  private static let crowded: UInt32 = .max
  /// No token is that large.
  private static let vacant: UInt64 = .max
  /// The most tokens for narrow entries: the token count itself, which may be looked up, is not all
  /// ones.
  private static let mostNarrowTokens = 0xFFFE

  /// - Parameters:
  ///   - pairs: The pair of each rule, strongest first. Of two rules for a pair the later one counts.
  ///   - tokenCount: Tokens are less; `tokenCount` itself may be looked up and has no rules.
  ///   - attempts: How many displacements to try for a row.
  package init(_ pairs: [SymbolPair], tokenCount: Int, attempts: Int = 4096) {
    count = pairs.count
    // Twice as many entries as rules leave room enough; every right token must have its place.
    let size = max(tokenCount + 1, 2 * pairs.count).nextPowerOfTwo
    precondition(size <= 1 << 31, "\(tokenCount) tokens")
    let displacements = Block<UInt32>(count: tokenCount + 1)
    let entries = Block<UInt64>(count: size)
    for index in 0..<size { entries[index] = Self.vacant }
    var crowdedRows: [SymbolPair: UInt32] = [:]
    let rows = Rows(pairs, tokenCount: tokenCount)
    var random: UInt64 = 0
    // Large rows first, while there is room.
    for left in rows.byFallingSize {
      let row = rows[left]
      var displacement: UInt32?
      for _ in 0..<attempts {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let candidate = UInt32(truncatingIfNeeded: random >> 33) & UInt32(size - 1)
        let isFree = row.allSatisfy {
          entries[Int(candidate ^ pairs[Int($0)].right)] == Self.vacant
        }
        if isFree {
          displacement = candidate
          break
        }
      }
      displacements[left] = displacement ?? Self.crowded
      for rank in row {
        if let displacement {
          entries[Int(displacement ^ pairs[Int(rank)].right)] = UInt64(left) << 32 | UInt64(rank)
        } else {
          crowdedRows[pairs[Int(rank)]] = rank
        }
      }
    }
    self.displacements = displacements
    if tokenCount <= Self.mostNarrowTokens {
      self.entries = Block(count: size)
      for index in 0..<size {
        let (left, rank) = (entries[index] >> 32, entries[index] & 0xFFFF)
        self.entries[index] = UInt32(truncatingIfNeeded: left << 16 | rank)
      }
      wideEntries = Block(count: 0)
    } else {
      self.entries = Block(count: 0)
      wideEntries = entries
    }
    self.crowdedRows = crowdedRows
  }

  /// The rank of the rule for two tokens, each at most the token count, or `none`.
  @inline(__always)
  package func rank(_ left: UInt32, _ right: UInt32) -> UInt32 {
    precondition(Int(right) < displacements.count)
    // SAFETY: `left` is checked here by `displacements`, `right` by the line above.
    _ = displacements[Int(left)]
    return unsafe rank(unchecked: left, right)
  }

  /// The same, for callers who know that neither token exceeds the token count.
  @unsafe @inline(__always)
  func rank(unchecked left: UInt32, _ right: UInt32) -> UInt32 {
    // SAFETY: the caller answers for `left`.
    let displacement = unsafe displacements[unchecked: Int(left)]
    guard displacement != Self.crowded else { return crowdedRank(left, right) }
    let index = Int(displacement ^ right)
    // SAFETY: displacement and token are less than the number of entries, a power of two; one of the
    // tables has them all.
    if entries.count > 0 {
      let entry = unsafe entries[unchecked: index]
      let mismatch: UInt32 = entry >> 16 == left ? 0 : .max
      return entry & 0xFFFF | mismatch
    }
    let entry = unsafe wideEntries[unchecked: index]
    let mismatch: UInt32 = entry >> 32 == UInt64(left) ? 0 : .max
    return UInt32(truncatingIfNeeded: entry) | mismatch
  }

  @inline(never)
  private func crowdedRank(_ left: UInt32, _ right: UInt32) -> UInt32 {
    crowdedRows[SymbolPair(left, right)] ?? Self.none
  }
}

/// Rules grouped by their left tokens.
private struct Rows {
  /// Ranks, those of a left token together and rising.
  private var ranks: [UInt32]
  /// Where the ranks of each left token end.
  private var ends: [Int]
  /// The left tokens that have rules; more rules first.
  let byFallingSize: [Int]

  init(_ pairs: [SymbolPair], tokenCount: Int) {
    ends = [Int](repeating: 0, count: tokenCount)
    for pair in pairs { ends[Int(pair.left)] += 1 }
    let sizes = ends
    byFallingSize = sizes.indices.filter { sizes[$0] > 0 }
      .sorted { (sizes[$0], $1) > (sizes[$1], $0) }
    var total = 0
    for left in ends.indices {
      (ends[left], total) = (total, total + ends[left])
    }
    ranks = [UInt32](repeating: 0, count: pairs.count)
    for (rank, pair) in pairs.enumerated() {
      ranks[ends[Int(pair.left)]] = UInt32(rank)
      ends[Int(pair.left)] += 1
    }
  }

  subscript(left: Int) -> ArraySlice<UInt32> {
    ranks[(left == 0 ? 0 : ends[left - 1])..<ends[left]]
  }
}
