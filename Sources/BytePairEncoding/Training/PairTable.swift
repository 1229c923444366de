/// An ordered pair of symbols as one integer.
struct SymbolPair: Hashable, BitwiseCopyable {
  let packed: UInt64

  @inline(__always) init(_ left: UInt32, _ right: UInt32) {
    packed = UInt64(left) << 32 | UInt64(right)
  }
  @inline(__always) init(packed: UInt64) { self.packed = packed }

  var left: UInt32 { UInt32(truncatingIfNeeded: packed >> 32) }
  var right: UInt32 { UInt32(truncatingIfNeeded: packed) }

  @inline(__always) var hash: UInt64 {
    let product = (packed ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}

/// The pairs that may still be merged: how often each occurs, and where.
///
/// Since a merge makes pairs with the newest symbol only, a pair gets all its positions in one step
/// and afterwards only loses occurrences. Positions are therefore stored once, in rising order, and
/// stale ones are recognised when they are visited.
struct PairTable: ~Copyable {
  struct Entry: BitwiseCopyable {
    /// `SymbolPair.packed`; 0 marks an empty slot (the boundary forms no pairs).
    var key: UInt64
    /// Occurrences by the rules of runs, times the words' counts.
    var count: Int64
    /// Where the pair's positions begin in the list store, and how many there are.
    var listStart: Int
    var listCount: Int
  }

  private var entries: Block<Entry>
  private var shift: UInt64
  private(set) var count = 0

  init(capacity: Int) {
    let size = max(capacity * 2, 1 << 10).nextPowerOfTwo
    entries = Block(count: size)
    shift = UInt64(64 - size.trailingZeroBitCount)
  }

  var slotCount: Int { entries.count }

  subscript(slot: Int) -> Entry {
    @inline(__always) get { entries[slot] }
    @inline(__always) nonmutating _modify { yield &entries[slot] }
  }

  @inline(__always)
  func prefetch(_ pair: SymbolPair) { entries.prefetch(Int(pair.hash >> shift)) }

  /// The slot of `pair`, or nil if it is not in the table.
  @inline(__always)
  func find(_ pair: SymbolPair) -> Int? {
    let slot = probe(pair)
    return entries[slot].key == 0 ? nil : slot
  }

  @inline(__always)
  private func probe(_ pair: SymbolPair) -> Int {
    let mask = entries.count &- 1
    var slot = Int(pair.hash >> shift)
    while true {
      let key = entries[slot].key
      if key == pair.packed || key == 0 { return slot }
      slot = (slot &+ 1) & mask
    }
  }

  /// The slot of `pair`, added with count 0 and no positions if it is new.
  @inline(__always)
  mutating func insert(_ pair: SymbolPair) -> Int {
    var slot = probe(pair)
    guard entries[slot].key == 0 else { return slot }
    if (count + 1) * 2 > entries.count {
      grow()
      slot = probe(pair)
    }
    count += 1
    entries[slot] = Entry(key: pair.packed, count: 0, listStart: 0, listCount: 0)
    return slot
  }

  private mutating func grow() {
    var old = Block<Entry>(count: entries.count * 2)
    swap(&old, &entries)
    shift -= 1
    for index in 0..<old.count where old[index].key != 0 {
      entries[probe(SymbolPair(packed: old[index].key))] = old[index]
    }
  }
}
