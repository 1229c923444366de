/// Learns merge rules from a symbol arena.
///
/// Keeps every pair that can still win: pairs rarer than a threshold are left out until the best
/// pair falls below it, when all pairs are counted again with a lower one. So nearly all of the
/// pairs that exist, which occur a handful of times and never win, cost nothing.
///
/// A pair's position is the first slot of its right token: the slot before it is the last one of its
/// left token, so that both are checked in one place.
struct MergeLearner<Symbol: SymbolSlot>: ~Copyable {
  private let arena: SymbolArena<Symbol>
  /// Characters (slots) per symbol.
  private let lengths: Block<UInt32>
  private let symbolLimit: Int
  private var nextSymbol: UInt32

  private var pairs = PairTable<Symbol>(capacity: 0)
  private var queue = MergeQueue(capacity: 0)
  private var lists = PositionStore()
  /// Every pair that occurs at least this often is in `pairs` and `queue`.
  private var threshold: Int64 = .max

  private var leftTally: NeighbourTally
  private var rightTally: NeighbourTally
  /// Positions of the newest symbol beside itself.
  private var ownPlaces = GrowingBlock<UInt32>()

  /// - Parameters:
  ///   - arena: The words.
  ///   - firstSymbol: The symbol of the first merged token.
  ///   - ruleLimit: The most rules that will be asked for.
  init(_ arena: consuming SymbolArena<Symbol>, firstSymbol: UInt32, ruleLimit: Int) {
    self.arena = arena
    symbolLimit = Int(firstSymbol) + ruleLimit
    nextSymbol = firstSymbol
    lengths = Block(count: symbolLimit)
    for symbol in 0..<Int(firstSymbol) { lengths[symbol] = 1 }
    leftTally = NeighbourTally(symbolCapacity: symbolLimit)
    rightTally = NeighbourTally(symbolCapacity: symbolLimit)
    collectPairs()
  }

  /// Learns one rule and carries it out; nil when no pair is left or the limit is reached.
  mutating func learn() -> LearnedRule? {
    guard Int(nextSymbol) < symbolLimit, let slot = bestPair() else { return nil }
    let entry = pairs[slot]
    let pair = entry.pair
    queue.removeFirst()
    pairs[slot].count = 0
    let symbol = nextSymbol
    nextSymbol += 1
    lengths[Int(symbol)] = lengths[Int(pair.left)] + lengths[Int(pair.right)]
    merge(pair, into: symbol, positions: entry.positions)
    return LearnedRule(left: pair.left, right: pair.right, frequency: UInt64(entry.count))
  }

  /// The table slot of the pair to merge next, its candidate being the first of the queue.
  private mutating func bestPair() -> Int? {
    while true {
      while !queue.isEmpty {
        let candidate = queue.first
        guard candidate.count >= threshold else { break }
        guard let slot = pairs.find(candidate.pair) else {
          fatalError("a queued pair is not in the pair table")
        }
        let count = pairs[slot].count
        if count == candidate.count { return slot }
        if count >= threshold { queue.replaceFirst(count: count) } else { queue.removeFirst() }
      }
      guard threshold > 1 else { return nil }
      collectPairs()
    }
  }

  /// Counts all pairs of the arena as it stands and keeps those that may win soon.
  private mutating func collectPairs() {
    pairs = PairTable(capacity: 0)
    lists = PositionStore()
    var census = PairCensus<Symbol>(arena, lengths: lengths)
    threshold = census.threshold(ruleCount: symbolLimit - Int(nextSymbol))
    pairs = census.collect(from: arena, lengths: lengths, threshold: threshold, into: &lists)
    queue.removeAll()
    for slot in 0..<pairs.slotCount where !pairs[slot].isFree {
      queue.append(MergeCandidate(pairs[slot].pair, count: pairs[slot].count))
    }
  }

  // MARK: Carrying out a rule

  /// Changes of pair counts that belong to no single neighbour.
  private struct Remainder {
    /// Lost occurrences of (left, left), (right, right) and (right, left) of the merged pair.
    var leftLeft: Int64 = 0
    var rightRight: Int64 = 0
    var rightLeft: Int64 = 0
    /// Occurrences of the new symbol beside itself.
    var newNew: Int64 = 0
  }

  private mutating func merge(
    _ pair: SymbolPair, into symbol: UInt32, positions: Range<Int>
  ) {
    var remainder = Remainder()
    if pair.left == pair.right {
      mergeRuns(of: pair.left, into: symbol, positions, &remainder)
    } else {
      mergeGroups(pair, into: symbol, positions, &remainder)
    }
    lists.release(positions)
    settle(pair, symbol, remainder)
  }

  /// How many positions ahead slots are asked for.
  private static var lookahead: Int { 32 }

  /// Merges (x, y), x ≠ y. Neighbouring occurrences x y x y … form a group, a run of the new symbol.
  private mutating func mergeGroups(
    _ pair: SymbolPair, into symbol: UInt32, _ positions: Range<Int>, _ remainder: inout Remainder
  ) {
    let (x, y) = (Symbol(truncatingIfNeeded: pair.left), Symbol(truncatingIfNeeded: pair.right))
    let leftLength = lengths[Int(pair.left)]
    let length = lengths[Int(symbol)]
    var cursor = SymbolArena<Symbol>.CountCursor()
    var groupEnd: UInt32 = 0
    var groupSize: Int64 = 0
    var weight: Int64 = 0
    for index in positions {
      if index &+ Self.lookahead < positions.upperBound {
        arena.slots.prefetch(Int(lists[index &+ Self.lookahead]))
      }
      let middle = lists[index]
      guard arena.slots[Int(middle) &- 1] == x, arena.slots[Int(middle)] == y else { continue }
      let start = middle &- leftLength
      if start == groupEnd {
        ownPlaces.append(start)
        groupSize &+= 1
      } else {
        if groupSize > 0 { closeGroup(y, groupEnd, groupSize, weight, &remainder) }
        weight = Int64(bitPattern: arena.count(at: middle, &cursor))
        groupSize = 1
        let neighbour = arena.slots[Int(start) &- 1]
        if neighbour != .boundary {
          leftTally.record(UInt32(truncatingIfNeeded: neighbour), at: start, weight: weight)
          if neighbour == x, runBefore(start, x, leftLength) & 1 == 1 {
            // The run had an even number of x, this one included.
            remainder.leftLeft &+= weight
          }
        }
      }
      replace(start, leftLength, by: symbol, length)
      groupEnd = start &+ length
    }
    if groupSize > 0 { closeGroup(y, groupEnd, groupSize, weight, &remainder) }
  }

  @inline(__always)
  private mutating func closeGroup(
    _ y: Symbol, _ groupEnd: UInt32, _ groupSize: Int64, _ weight: Int64,
    _ remainder: inout Remainder
  ) {
    remainder.newNew &+= groupSize / 2 &* weight
    remainder.rightLeft &+= (groupSize &- 1) &* weight
    let neighbour = arena.slots[Int(groupEnd)]
    guard neighbour != .boundary else { return }
    rightTally.record(UInt32(truncatingIfNeeded: neighbour), at: groupEnd, weight: weight)
    if neighbour == y, runAfter(groupEnd, y) & 1 == 1 { remainder.rightRight &+= weight }
  }

  /// Merges (x, x): each run of k becomes ⌊k/2⌋ new symbols, then one x if k is odd.
  private mutating func mergeRuns(
    of old: UInt32, into symbol: UInt32, _ positions: Range<Int>, _ remainder: inout Remainder
  ) {
    let x = Symbol(truncatingIfNeeded: old)
    let oldLength = lengths[Int(old)]
    let length = lengths[Int(symbol)]
    var cursor = SymbolArena<Symbol>.CountCursor()
    for index in positions {
      if index &+ Self.lookahead < positions.upperBound {
        arena.slots.prefetch(Int(lists[index &+ Self.lookahead]))
      }
      // Positions rise, so the first good one of a run is the run's first.
      var middle = lists[index]
      guard arena.slots[Int(middle) &- 1] == x, arena.slots[Int(middle)] == x else { continue }
      let weight = Int64(bitPattern: arena.count(at: middle, &cursor))
      let start = middle &- oldLength
      var end = start
      var size: Int64 = 0
      repeat {
        if size > 0 { ownPlaces.append(end) }
        replace(end, oldLength, by: symbol, length)
        end &+= length
        middle = end &+ oldLength
        size &+= 1
      } while arena.slots[Int(end)] == x && arena.slots[Int(middle)] == x
      remainder.newNew &+= size / 2 &* weight
      let before = arena.slots[Int(start) &- 1]
      if before != .boundary {
        leftTally.record(UInt32(truncatingIfNeeded: before), at: start, weight: weight)
      }
      let after = arena.slots[Int(end)]
      if after != .boundary {
        rightTally.record(UInt32(truncatingIfNeeded: after), at: end, weight: weight)
      }
    }
  }

  /// Puts `symbol` in place of the two tokens at `position`, the first of which has `leftLength`
  /// slots.
  @inline(__always)
  private func replace(
    _ position: UInt32, _ leftLength: UInt32, by symbol: UInt32, _ length: UInt32
  ) {
    let start = Int(position)
    let middle = start &+ Int(leftLength)
    arena.slots[middle &- 1] = .dead
    arena.slots[middle] = .dead
    arena.slots[start] = Symbol(truncatingIfNeeded: symbol)
    arena.slots[start &+ Int(length) &- 1] = Symbol(truncatingIfNeeded: symbol)
  }

  /// How many tokens x stand in an unbroken run right before `position`.
  private func runBefore(_ position: UInt32, _ x: Symbol, _ length: UInt32) -> Int {
    var slot = Int(position) - 1
    var count = 0
    while arena.slots[slot] == x {
      count += 1
      slot -= Int(length)
    }
    return count
  }

  /// How many tokens y stand in an unbroken run from `position` on.
  private func runAfter(_ position: UInt32, _ y: Symbol) -> Int {
    var slot = Int(position)
    var count = 0
    while arena.slots[slot] == y {
      count += 1
      slot += Int(lengths[Int(y)])
    }
    return count
  }

  // MARK: Settling counts

  /// Moves the tallied occurrences from old pairs to new ones and stores the new pairs' positions.
  private mutating func settle(_ pair: SymbolPair, _ symbol: UInt32, _ remainder: Remainder) {
    let (x, y) = (pair.left, pair.right)
    if let start = track(SymbolPair(symbol, symbol), remainder.newNew, ownPlaces.count) {
      for index in 0..<ownPlaces.count { lists[start + index] = ownPlaces[index] }
    }
    ownPlaces.truncate()
    if x != y {
      lose(SymbolPair(x, x), remainder.leftLeft)
      lose(SymbolPair(y, y), remainder.rightRight)
      lose(SymbolPair(y, x), remainder.rightLeft)
    }
    for index in 0..<leftTally.touchedCount {
      if index + 8 < leftTally.touchedCount {
        pairs.prefetch(SymbolPair(leftTally.touched(index + 8).neighbour, x))
      }
      let (neighbour, row) = leftTally.touched(index)
      if neighbour != x { lose(SymbolPair(neighbour, x), row.weight) }
      let target = track(SymbolPair(neighbour, symbol), row.weight, Int(row.places))
      leftTally.setTarget(neighbour, target)
    }
    for index in 0..<rightTally.touchedCount {
      if index + 8 < rightTally.touchedCount {
        pairs.prefetch(SymbolPair(y, rightTally.touched(index + 8).neighbour))
      }
      let (neighbour, row) = rightTally.touched(index)
      if neighbour != y { lose(SymbolPair(y, neighbour), row.weight) }
      let target = track(SymbolPair(symbol, neighbour), row.weight, Int(row.places))
      rightTally.setTarget(neighbour, target)
    }
    leftTally.scatter(to: lists)
    rightTally.scatter(to: lists)
  }

  @inline(__always)
  private func lose(_ pair: SymbolPair, _ weight: Int64) {
    guard weight != 0, let slot = pairs.find(pair) else { return }
    pairs[slot].count &-= weight
  }

  /// Adds a new pair with room for its positions if it is frequent enough; returns where they go.
  private mutating func track(_ pair: SymbolPair, _ weight: Int64, _ places: Int) -> Int? {
    guard weight >= threshold else { return nil }
    let start = lists.allocate(places)
    let slot = pairs.insert(pair)
    pairs[slot].count = weight
    pairs[slot].listStart = start
    pairs[slot].placeCount = UInt32(places)
    queue.append(MergeCandidate(pair, count: weight))
    return start
  }
}
