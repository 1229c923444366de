/// An entry of an open-addressed table: it lies in the slot that the low bits of its hash name, or
/// in the first free one after it.
protocol TableEntry: BitwiseCopyable {
  /// What lies in a free slot. Zero bytes are a free slot, too.
  static var free: Self { get }
  var isFree: Bool { get }
  var hash: UInt64 { get }
}

extension Block where Element: TableEntry {
  /// Doubles a table (a power of two of slots, at least one of them free) without a second copy of
  /// it in memory.
  ///
  /// Beginning after a free slot, each entry is taken out and put back by its longer hash. It comes
  /// to lie no later than where it lay, in the lower or in the upper half: on the way there are only
  /// entries that were already put back, so that none is left behind a gap.
  mutating func doubleTable() {
    let oldCount = count
    grow(to: oldCount * 2)
    let mask = count - 1
    var start = 0
    while !self[start].isFree { start += 1 }
    for step in 1..<oldCount {
      let index = (start &+ step) & (oldCount &- 1)
      let entry = self[index]
      guard !entry.isFree else { continue }
      self[index] = .free
      var target = Int(truncatingIfNeeded: entry.hash) & mask
      while !self[target].isFree { target = (target &+ 1) & mask }
      self[target] = entry
    }
  }
}
