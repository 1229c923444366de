/// All pairs of neighbours in an arena, counted: what a learner begins with.
struct PairCensus<Symbol: SymbolSlot>: ~Copyable {
  typealias Entry = PairTable<Symbol>.Entry

  /// Pairs of the most frequent characters, in a square: symbols are numbered by falling frequency,
  /// so that in an alphabet of letters nearly all positions are counted without hashing.
  private let square = Block<Entry>(count: PairCensus.side * PairCensus.side)
  /// All other pairs.
  private var others = PairTable<Symbol>(capacity: 1 << 12)

  private static var side: Int { 128 }
  /// The list start of pairs whose positions are not wanted.
  private static var untracked: Int { -1 }

  /// Pairs that wait to be looked up in `others`, while their slots are on the way from memory.
  private let waiting = Block<Waiting>(count: PairCensus.batchSize)

  private struct Waiting: BitwiseCopyable {
    let pair: SymbolPair
    /// The pair's weight or its position.
    let value: Int64
  }
  private static var batchSize: Int { 64 }

  /// - Parameter lengths: Slots per symbol.
  init(_ arena: borrowing SymbolArena<Symbol>, lengths: borrowing Block<UInt32>) {
    var waitingCount = 0
    arena.forEachPair(lengths) { pair, _, weight in
      if let index = Self.indexInSquare(pair) {
        if square[index].isFree { square[index] = Entry(pair) }
        square[index].count &+= weight
        square[index].placeCount &+= 1
        return
      }
      others.prefetch(pair)
      waiting[waitingCount] = Waiting(pair: pair, value: weight)
      waitingCount &+= 1
      if waitingCount == Self.batchSize {
        countWaiting(waitingCount)
        waitingCount = 0
      }
    }
    countWaiting(waitingCount)
  }

  private mutating func countWaiting(_ waitingCount: Int) {
    for index in 0..<waitingCount {
      let slot = others.insert(waiting[index].pair)
      others[slot].count &+= waiting[index].value
      others[slot].placeCount &+= 1
    }
  }

  @inline(__always) private static func indexInSquare(_ pair: SymbolPair) -> Int? {
    let (left, right) = (Int(pair.left), Int(pair.right))
    return left | right < side ? left &* side &+ right : nil
  }

  /// Calls `body` with the entry of each pair that occurs.
  private func forEach(_ body: (inout Entry) -> Void) {
    for index in 0..<square.count where !square[index].isFree { body(&square[index]) }
    for slot in 0..<others.slotCount where !others[slot].isFree { body(&others[slot]) }
  }

  /// The count from which on pairs should be kept when `ruleCount` rules are to be learned.
  ///
  /// Any number is right, since a learner that runs out of pairs takes another census; this one
  /// was low enough in every corpus tried and leaves out most of the pairs that never win.
  func threshold(ruleCount: Int) -> Int64 {
    var best: Int64 = 0
    // How many pairs have each count; the last number takes in all higher counts.
    var histogram = [Int](repeating: 0, count: 1 << 12)
    forEach { entry in
      best = max(best, entry.count)
      histogram[Int(min(max(entry.count, 0), Int64(histogram.count - 1)))] += 1
    }
    // The count of the pair whose rank is the number of rules.
    var rankCount = histogram.count
    var rank = 0
    while rank < ruleCount, rankCount > 0 {
      rankCount -= 1
      rank += histogram[rankCount]
    }
    return max(1, best / Int64(max(ruleCount, 1)), Int64(rankCount) / 2)
  }

  /// The pairs that occur at least `threshold` times, their positions stored in `lists`. To be
  /// called once, with the arena unchanged.
  mutating func collect(
    from arena: borrowing SymbolArena<Symbol>, lengths: borrowing Block<UInt32>,
    threshold: Int64, into lists: inout PositionStore
  ) -> PairTable<Symbol> {
    // The pairs to keep get a table of their own, which is small enough for the caches.
    var kept = PairTable<Symbol>(capacity: 0)
    forEach { entry in
      guard entry.count >= threshold else {
        entry.listStart = Self.untracked
        return
      }
      entry.listStart = lists.allocate(Int(entry.placeCount))
      if Self.indexInSquare(entry.pair) == nil { kept[kept.insert(entry.pair)] = entry }
    }
    others = PairTable(capacity: 0)
    var waitingCount = 0
    arena.forEachPair(lengths) { pair, position, _ in
      if let index = Self.indexInSquare(pair) {
        Self.store(position, &square[index], lists)
        return
      }
      kept.prefetch(pair)
      waiting[waitingCount] = Waiting(pair: pair, value: Int64(position))
      waitingCount &+= 1
      if waitingCount == Self.batchSize {
        storeWaiting(waitingCount, kept, lists)
        waitingCount = 0
      }
    }
    storeWaiting(waitingCount, kept, lists)
    forEach { entry in
      if entry.listStart != Self.untracked { kept[kept.insert(entry.pair)] = entry }
    }
    for slot in 0..<kept.slotCount where !kept[slot].isFree {
      // It moved to the list's end while positions were stored.
      kept[slot].listStart -= Int(kept[slot].placeCount)
    }
    return kept
  }

  private func storeWaiting(
    _ waitingCount: Int, _ kept: borrowing PairTable<Symbol>, _ lists: borrowing PositionStore
  ) {
    for index in 0..<waitingCount {
      guard let slot = kept.find(waiting[index].pair) else { continue }
      Self.store(UInt32(truncatingIfNeeded: waiting[index].value), &kept[slot], lists)
    }
  }

  @inline(__always)
  private static func store(
    _ position: UInt32, _ entry: inout Entry, _ lists: borrowing PositionStore
  ) {
    guard entry.listStart != untracked else { return }
    lists[entry.listStart] = position
    entry.listStart &+= 1
  }
}

extension SymbolArena {
  /// Calls `body` with each pair of neighbours, its position (the first slot of its right token)
  /// and what it adds to the pair's count, in rising order.
  ///
  /// In a run of k equal symbols every second pair counts, so that the run counts ⌊k/2⌋ times.
  @inline(__always)
  func forEachPair(
    _ lengths: borrowing Block<UInt32>, _ body: (SymbolPair, UInt32, Int64) -> Void
  ) {
    var cursor = CountCursor()
    var previous = Alphabet.boundary
    var odd = false
    var position = 1
    while position < slots.count {
      let symbol = UInt32(truncatingIfNeeded: slots[position])
      if symbol == Alphabet.boundary {
        previous = Alphabet.boundary
        odd = false
        position &+= 1
        continue
      }
      if previous != Alphabet.boundary {
        let weight = Int64(bitPattern: count(at: UInt32(truncatingIfNeeded: position), &cursor))
        odd = symbol == previous ? !odd : false
        body(
          SymbolPair(previous, symbol), UInt32(truncatingIfNeeded: position),
          symbol == previous && !odd ? 0 : weight)
      }
      previous = symbol
      position &+= Int(lengths[Int(symbol)])
    }
  }
}
