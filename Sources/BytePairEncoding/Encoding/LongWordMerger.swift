/// Merges the symbols of a long word rule by rule.
///
/// A merge makes pairs with a token that only later rules use: `BPEModel` sees to it that tokens are
/// defined once, and before they are used. So the rules that apply can be taken by rank, each of them
/// once, at all its places from left to right. The places of a rule are found while one other rule is
/// carried out, or at the beginning, and therefore in order. A word of n symbols costs O(n + rules);
/// a heap would cost O(n log n), nearly all of it in cache misses.
struct LongWordMerger: ~Copyable {
  private struct Symbol: BitwiseCopyable {
    var token: UInt32
    /// Rank of the rule for this symbol and the next; `RuleTable.none` without one or when the symbol is gone.
    var rank: UInt32
    /// Number of symbols in the word for the last one.
    var next: UInt32
    /// One more than the position of the symbol before, 0 for the first one.
    var previousEnd: UInt32
  }
  /// A place where a rule may apply, in a list of such; lists end with place 0.
  private struct Place: BitwiseCopyable {
    var position: UInt32
    var next: UInt32
  }
  private struct Waiting: BitwiseCopyable {
    var first: UInt32
    var last: UInt32
  }

  private let tables: EncodingTables
  private let symbols: Block<Symbol>
  private var places: GrowingBlock<Place>
  /// Places that are done with, to be used again.
  private var unused: UInt32 = 0
  /// By rank.
  private let waiting: Block<Waiting>

  /// - Parameter tokens: The token of each of the `count` symbols.
  init(_ tables: EncodingTables, count: Int, _ token: (Int) -> UInt32) {
    self.tables = tables
    symbols = Block(count: count)
    places = GrowingBlock(capacity: count)
    places.append(Place(position: 0, next: 0))
    waiting = Block(count: tables.rules.count)
    for index in 0..<count {
      symbols[index] = Symbol(
        token: token(index), rank: RuleTable.none, next: UInt32(index + 1),
        previousEnd: UInt32(index))
    }
    for index in 0..<count - 1 { rate(index, index + 1) }
  }

  /// Carries out all rules; calls `body` with the position and the token of each symbol left.
  mutating func merge(_ body: (_ position: Int, _ token: UInt32) -> Void) {
    for rank in 0..<waiting.count {
      var place = waiting[rank].first
      while place != 0 {
        let (position, next) = (Int(places[Int(place)].position), places[Int(place)].next)
        symbols.prefetch(Int(places[Int(next)].position))
        // A place whose symbols have changed since has another rule or none.
        if symbols[position].rank == UInt32(truncatingIfNeeded: rank) {
          merge(position, into: tables.firstMerged + UInt32(rank))
        }
        places[Int(place)].next = unused
        unused = place
        place = next
      }
    }
    var index = 0
    while index < symbols.count {
      body(index, symbols[index].token)
      index = Int(symbols[index].next)
    }
  }

  private mutating func merge(_ position: Int, into result: UInt32) {
    let removed = Int(symbols[position].next)
    let next = Int(symbols[removed].next)
    symbols[removed].rank = RuleTable.none
    symbols[position].token = result
    symbols[position].rank = RuleTable.none
    symbols[position].next = UInt32(truncatingIfNeeded: next)
    if next < symbols.count {
      symbols[next].previousEnd = UInt32(truncatingIfNeeded: position &+ 1)
      rate(position, next)
    }
    let previousEnd = Int(symbols[position].previousEnd)
    if previousEnd > 0 { rate(previousEnd &- 1, position) }
  }

  /// Looks up the rule for two neighbours and lets their place wait for it.
  private mutating func rate(_ index: Int, _ next: Int) {
    let rule = tables.rules.rank(symbols[index].token, symbols[next].token)
    symbols[index].rank = rule
    guard rule != RuleTable.none else { return }
    let place = Place(position: UInt32(truncatingIfNeeded: index), next: 0)
    let number: UInt32
    if unused != 0 {
      number = unused
      unused = places[Int(number)].next
      places[Int(number)] = place
    } else {
      number = UInt32(truncatingIfNeeded: places.count)
      places.append(place)
    }
    let rank = Int(rule)
    if waiting[rank].first == 0 {
      waiting[rank] = Waiting(first: number, last: number)
    } else {
      places[Int(waiting[rank].last)].next = number
      waiting[rank].last = number
    }
  }
}
