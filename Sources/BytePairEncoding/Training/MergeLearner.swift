/// Learns merge rules from a symbol arena.
///
/// Keeps every pair that can still win: pairs rarer than a threshold are left out until the best
/// pair falls below it, when all pairs are counted again with a lower one. So nearly all of the
/// pairs that exist, which occur a handful of times and never win, cost nothing.
struct MergeLearner: ~Copyable {
  /// A learned rule, in symbols.
  struct Rule: BitwiseCopyable {
    let left: UInt32
    let right: UInt32
    let frequency: UInt64
  }

  private let arena: SymbolArena
  /// Characters (slots) per symbol.
  private let lengths: Block<UInt32>
  private let symbolLimit: Int
  private var nextSymbol: UInt32

  private var pairs = PairTable(capacity: 0)
  private var queue = MergeQueue(capacity: 0)
  private var lists = Block<UInt32>(count: 1 << 16)
  private var listEnd = 0
  /// Every pair that occurs at least this often is in `pairs` and `queue`.
  private var threshold: Int64 = .max

  private var leftTally: NeighbourTally
  private var rightTally: NeighbourTally

  /// - Parameters:
  ///   - arena: The words.
  ///   - firstSymbol: The symbol of the first merged token.
  ///   - ruleLimit: The most rules that will be asked for.
  init(_ arena: consuming SymbolArena, firstSymbol: UInt32, ruleLimit: Int) {
    self.arena = arena
    symbolLimit = Int(firstSymbol) + ruleLimit
    nextSymbol = firstSymbol
    lengths = Block(count: symbolLimit)
    for symbol in 0..<Int(firstSymbol) { lengths[symbol] = 1 }
    leftTally = NeighbourTally(symbolCapacity: symbolLimit)
    rightTally = NeighbourTally(symbolCapacity: symbolLimit)
    collectPairs { best in max(1, best / Int64(4 * max(ruleLimit, 1))) }
  }

  /// Learns one rule and carries it out; nil when no pair is left or the limit is reached.
  mutating func learn() -> Rule? {
    guard Int(nextSymbol) < symbolLimit, let slot = bestPair() else { return nil }
    let entry = pairs[slot]
    let pair = SymbolPair(packed: entry.key)
    queue.removeFirst()
    pairs[slot].count = 0
    let symbol = nextSymbol
    nextSymbol += 1
    lengths[Int(symbol)] = lengths[Int(pair.left)] + lengths[Int(pair.right)]
    merge(pair, into: symbol, positions: entry.listStart..<entry.listStart + entry.listCount)
    return Rule(left: pair.left, right: pair.right, frequency: UInt64(entry.count))
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
      let lower = max(1, threshold / 16)
      collectPairs { _ in lower }
    }
  }

  // MARK: Collecting pairs

  /// Counts all pairs of the arena as it stands and keeps those that reach a threshold, which
  /// `choose` may derive from the count of the most frequent pair.
  private mutating func collectPairs(_ choose: (Int64) -> Int64) {
    var all = PairTable(capacity: 1 << 12)
    forEachPair { pair, _, weight in
      let slot = all.insert(pair)
      all[slot].count &+= weight
      all[slot].listCount &+= 1
    }
    var best: Int64 = 0
    for slot in 0..<all.slotCount { best = max(best, all[slot].count) }
    threshold = choose(best)
    var keptCount = 0
    listEnd = 0
    for slot in 0..<all.slotCount where all[slot].key != 0 {
      guard all[slot].count >= threshold else {
        all[slot].listStart = -1
        continue
      }
      all[slot].listStart = listEnd
      listEnd += all[slot].listCount
      keptCount += 1
    }
    reserveLists(0)
    forEachPair { pair, position, _ in
      guard let slot = all.find(pair), all[slot].listStart >= 0 else { return }
      lists[all[slot].listStart] = position
      all[slot].listStart &+= 1
    }
    pairs = PairTable(capacity: keptCount * 2)
    queue.removeAll()
    for slot in 0..<all.slotCount where all[slot].key != 0 && all[slot].listStart >= 0 {
      let entry = all[slot]
      let kept = pairs.insert(SymbolPair(packed: entry.key))
      pairs[kept].count = entry.count
      pairs[kept].listStart = entry.listStart - entry.listCount
      pairs[kept].listCount = entry.listCount
      queue.append(MergeCandidate(SymbolPair(packed: entry.key), count: entry.count))
    }
  }

  /// Calls `body` with each pair of neighbours, its position and what it adds to the pair's count.
  ///
  /// In a run of k equal symbols every second pair counts, so that the run counts ⌊k/2⌋ times.
  @inline(__always)
  private func forEachPair(_ body: (SymbolPair, UInt32, Int64) -> Void) {
    var cursor = SymbolArena.CountCursor()
    var previous = Alphabet.boundary
    var previousPosition = 0
    var odd = false
    var position = 1
    while position < arena.slots.count {
      let symbol = arena.slots[position]
      if symbol == Alphabet.boundary {
        previous = Alphabet.boundary
        odd = false
        position &+= 1
        continue
      }
      if previous != Alphabet.boundary {
        let weight = Int64(bitPattern: arena.count(at: UInt32(position), &cursor))
        odd = symbol == previous ? !odd : false
        body(
          SymbolPair(previous, symbol), UInt32(previousPosition),
          symbol == previous && !odd ? 0 : weight)
      }
      previous = symbol
      previousPosition = position
      position &+= Int(lengths[Int(symbol)])
    }
  }

  private mutating func reserveLists(_ extra: Int) {
    if listEnd + extra > lists.count { lists.grow(to: max(lists.count * 2, listEnd + extra)) }
  }

  // MARK: Carrying out a rule

  /// Changes of pair counts that belong to no single neighbour.
  private struct Remainder {
    /// Lost occurrences of (left, left), (right, right) and (right, left) of the merged pair.
    var leftLeft: Int64 = 0
    var rightRight: Int64 = 0
    var rightLeft: Int64 = 0
    /// Occurrences of the new symbol beside itself, and how many places that is.
    var newNew: Int64 = 0
    var newNewPlaces = 0
  }

  private mutating func merge(
    _ pair: SymbolPair, into symbol: UInt32, positions: Range<Int>
  ) {
    // Each visit adds at most one place beside itself.
    reserveLists(positions.count)
    var remainder = Remainder()
    if pair.left == pair.right {
      mergeRuns(of: pair.left, into: symbol, positions, &remainder)
    } else {
      mergeGroups(pair, into: symbol, positions, &remainder)
    }
    settle(pair, symbol, remainder)
  }

  /// Merges (x, y), x ≠ y. Neighbouring occurrences x y x y … form a group, a run of the new symbol.
  private mutating func mergeGroups(
    _ pair: SymbolPair, into symbol: UInt32, _ positions: Range<Int>, _ remainder: inout Remainder
  ) {
    let (x, y) = (pair.left, pair.right)
    let leftLength = lengths[Int(x)]
    let length = lengths[Int(symbol)]
    var cursor = SymbolArena.CountCursor()
    var groupEnd: UInt32 = 0
    var groupSize: Int64 = 0
    var weight: Int64 = 0
    for index in positions {
      if index &+ 12 < positions.upperBound { arena.slots.prefetch(Int(lists[index &+ 12])) }
      let position = lists[index]
      guard arena.slots[Int(position)] == x,
        arena.slots[Int(position &+ leftLength)] == y
      else { continue }
      if position == groupEnd {
        lists[listEnd &+ remainder.newNewPlaces] = position &- length
        remainder.newNewPlaces &+= 1
        groupSize &+= 1
      } else {
        if groupSize > 0 { closeGroup(y, length, groupEnd, groupSize, weight, &remainder) }
        weight = Int64(bitPattern: arena.count(at: position, &cursor))
        groupSize = 1
        let neighbour = arena.slots[Int(position) &- 1]
        if neighbour != Alphabet.boundary {
          leftTally.record(neighbour, at: position &- lengths[Int(neighbour)], weight: weight)
          if neighbour == x, runBefore(position, x, leftLength) & 1 == 1 {
            // The run had an even number of x, this one included.
            remainder.leftLeft &+= weight
          }
        }
      }
      replace(position, leftLength, by: symbol, length)
      groupEnd = position &+ length
    }
    if groupSize > 0 { closeGroup(y, length, groupEnd, groupSize, weight, &remainder) }
  }

  @inline(__always)
  private mutating func closeGroup(
    _ y: UInt32, _ length: UInt32, _ groupEnd: UInt32, _ groupSize: Int64, _ weight: Int64,
    _ remainder: inout Remainder
  ) {
    remainder.newNew &+= groupSize / 2 &* weight
    remainder.rightLeft &+= (groupSize &- 1) &* weight
    let neighbour = arena.slots[Int(groupEnd)]
    guard neighbour != Alphabet.boundary else { return }
    rightTally.record(neighbour, at: groupEnd &- length, weight: weight)
    if neighbour == y, runAfter(groupEnd, y) & 1 == 1 { remainder.rightRight &+= weight }
  }

  /// Merges (x, x): each run of k becomes ⌊k/2⌋ new symbols, then one x if k is odd.
  private mutating func mergeRuns(
    of x: UInt32, into symbol: UInt32, _ positions: Range<Int>, _ remainder: inout Remainder
  ) {
    let oldLength = lengths[Int(x)]
    let length = lengths[Int(symbol)]
    var cursor = SymbolArena.CountCursor()
    for index in positions {
      if index &+ 12 < positions.upperBound { arena.slots.prefetch(Int(lists[index &+ 12])) }
      let start = lists[index]
      // Positions rise, so the first good one of a run is the run's beginning.
      guard arena.slots[Int(start)] == x, arena.slots[Int(start &+ oldLength)] == x else {
        continue
      }
      let weight = Int64(bitPattern: arena.count(at: start, &cursor))
      var position = start
      var size: Int64 = 0
      while arena.slots[Int(position)] == x, arena.slots[Int(position &+ oldLength)] == x {
        if size > 0 {
          lists[listEnd &+ remainder.newNewPlaces] = position &- length
          remainder.newNewPlaces &+= 1
        }
        replace(position, oldLength, by: symbol, length)
        position &+= length
        size &+= 1
      }
      remainder.newNew &+= size / 2 &* weight
      let before = arena.slots[Int(start) &- 1]
      if before != Alphabet.boundary {
        leftTally.record(before, at: start &- lengths[Int(before)], weight: weight)
      }
      let after = arena.slots[Int(position)]
      if after != Alphabet.boundary {
        rightTally.record(after, at: position &- length, weight: weight)
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
    arena.slots[middle &- 1] = Alphabet.dead
    arena.slots[middle] = Alphabet.dead
    arena.slots[start] = symbol
    arena.slots[start &+ Int(length) &- 1] = symbol
  }

  /// How many tokens x stand in an unbroken run right before `position`.
  private func runBefore(_ position: UInt32, _ x: UInt32, _ length: UInt32) -> Int {
    var slot = Int(position) - 1
    var count = 0
    while arena.slots[slot] == x {
      count += 1
      slot -= Int(length)
    }
    return count
  }

  /// How many tokens y stand in an unbroken run from `position` on.
  private func runAfter(_ position: UInt32, _ y: UInt32) -> Int {
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
    // (new, new) comes first: its places already lie at the end of the list store.
    track(SymbolPair(symbol, symbol), remainder.newNew, remainder.newNewPlaces)
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
  @discardableResult
  private mutating func track(_ pair: SymbolPair, _ weight: Int64, _ places: Int) -> Int? {
    guard weight >= threshold else { return nil }
    let start = listEnd
    listEnd += places
    reserveLists(0)
    let slot = pairs.insert(pair)
    pairs[slot].count = weight
    pairs[slot].listStart = start
    pairs[slot].listCount = places
    queue.append(MergeCandidate(pair, count: weight))
    return start
  }
}
