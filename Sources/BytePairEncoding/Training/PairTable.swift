/// Pairs of symbols, how often each occurs, and where.
///
/// Since a merge makes pairs with the newest symbol only, a pair gets all its positions in one step
/// and afterwards only loses occurrences. Positions are therefore stored once, in rising order, and
/// stale ones are recognised when they are visited.
struct PairTable<Symbol: SymbolSlot>: ~Copyable {
  struct Entry: TableEntry {
    /// The pair as `Symbol.pack` makes it; 0 marks a free slot (the boundary forms no pairs).
    private var key: Symbol.Pair
    /// How many positions the pair has, stale ones included.
    var placeCount: UInt32
    /// Occurrences by the rules of runs, times the words' counts.
    var count: Int64
    /// Where the pair's positions begin in the list store.
    var listStart: Int

    @inline(__always) init(_ pair: SymbolPair) {
      (key, placeCount, count, listStart) = (Symbol.pack(pair), 0, 0, 0)
    }

    static var free: Entry { Entry(SymbolPair(packed: 0)) }
    @inline(__always) var isFree: Bool { key == 0 }
    @inline(__always) var hash: UInt64 { pair.hash }
    @inline(__always) var pair: SymbolPair { Symbol.unpack(key) }
    @inline(__always) func holds(_ packed: Symbol.Pair) -> Bool { key == packed }
    var positions: Range<Int> { listStart..<listStart + Int(placeCount) }
  }

  private var entries: Block<Entry>
  private(set) var count = 0

  init(capacity: Int) { entries = Block(count: max(capacity * 2, 1 << 10).nextPowerOfTwo) }

  var slotCount: Int { entries.count }

  /// Entry number `slot`, which may be free.
  subscript(slot: Int) -> Entry {
    @inline(__always) get { entries[slot] }
    @inline(__always) nonmutating _modify { yield &entries[slot] }
  }

  @inline(__always)
  func prefetch(_ pair: SymbolPair) { entries.prefetch(home(pair)) }

  @inline(__always)
  private func home(_ pair: SymbolPair) -> Int {
    Int(truncatingIfNeeded: pair.hash) & (entries.count &- 1)
  }

  /// The slot of `pair`, or nil if it is not in the table.
  @inline(__always)
  func find(_ pair: SymbolPair) -> Int? {
    let slot = probe(pair)
    return entries[slot].isFree ? nil : slot
  }

  @inline(__always)
  private func probe(_ pair: SymbolPair) -> Int {
    let mask = entries.count &- 1
    let packed = Symbol.pack(pair)
    var slot = home(pair)
    while true {
      let entry = entries[slot]
      if entry.holds(packed) || entry.isFree { return slot }
      slot = (slot &+ 1) & mask
    }
  }

  /// The slot of `pair`, added with count 0 and no positions if it is new. A slot number stays good
  /// until the next insertion.
  @inline(__always)
  mutating func insert(_ pair: SymbolPair) -> Int {
    let slot = probe(pair)
    guard entries[slot].isFree else { return slot }
    return add(pair, at: slot)
  }

  private mutating func add(_ pair: SymbolPair, at free: Int) -> Int {
    var slot = free
    if (count + 1) * 3 > entries.count * 2 {
      entries.doubleTable()
      slot = probe(pair)
    }
    count += 1
    entries[slot] = Entry(pair)
    return slot
  }
}
