/// All distinct words as one flat run of symbols, by falling count, with a boundary before, between
/// and after them.
///
/// A token of n characters owns n slots: its first and its last slot hold its symbol, slots between
/// are dead. Since the number of characters of a token is known, both neighbours of a token are
/// found in the adjacent slots, without links: the next token begins `length` slots on, and the
/// slot before a token is the last one of its left neighbour. A merge writes at most four slots.
struct SymbolArena<Symbol: SymbolSlot>: ~Copyable {
  /// The slots.
  let slots: Block<Symbol>
  /// First slot of each run of words that share a count.
  private let stepStarts: Block<UInt32>
  /// The count of each such run.
  private let stepCounts: Block<UInt64>
  /// The step that holds each `1 << coarseShift`-th slot.
  private let coarse: Block<UInt32>
  private static var coarseShift: Int { 6 }

  /// Positions are 32-bit.
  static var slotLimit: Int { Int(UInt32.max) - 1 }

  /// Lays out the words in the alphabet's symbols; removed characters and invalid bytes vanish.
  init(
    _ words: borrowing WordCounts, alphabet: borrowing Alphabet,
    mergeable: TrainingOptions.Mergeable
  ) throws(BPEError) {
    // Every byte gives at most one symbol; "▁" and the boundary come on top. With pieces, single
    // symbols are left out, and a piece of two or more brings one boundary: never more slots.
    let bound = words.byteCount + 2 * words.uniqueCount + 1
    guard bound <= Self.slotLimit else {
      throw BPEError(.tooManySymbols(bound, limit: Self.slotLimit))
    }
    let order = Self.byFallingCount(words)
    var slots = Block<Symbol>(count: bound)
    var starts: [UInt32] = []
    var counts: [UInt64] = []
    var end = 1
    for place in 0..<order.count {
      let index = Int(order[place])
      let count = words.count(index)
      if counts.last != count {
        starts.append(UInt32(end))
        counts.append(count)
      }
      switch mergeable {
      case .all: Self.append(words.word(index), alphabet, to: slots, &end)
      case .lowercaseLatin: Self.appendPieces(words.word(index), alphabet, to: slots, &end)
      }
    }
    slots.shrink(to: end)
    self.slots = slots
    stepStarts = Block(count: starts.count + 1)
    stepCounts = Block(count: counts.count + 1)
    for index in starts.indices {
      stepStarts[index] = starts[index]
      stepCounts[index] = counts[index]
    }
    stepStarts[starts.count] = .max
    coarse = Block(count: end >> Self.coarseShift + 1)
    var step = 0
    for index in 0..<coarse.count {
      while step + 1 < starts.count, stepStarts[step + 1] <= index << Self.coarseShift {
        step += 1
      }
      coarse[index] = UInt32(step)
    }
  }

  private static func append(
    _ word: Span<UInt8>, _ alphabet: borrowing Alphabet, to slots: borrowing Block<Symbol>,
    _ end: inout Int
  ) {
    let start = end
    slots[end] = Symbol(truncatingIfNeeded: Alphabet.lowLine)
    end += 1
    var offset = 0
    while offset < word.count {
      let symbol = alphabet.symbol(of: UTF8Text.decode(word, &offset))
      guard symbol != 0 else { continue }
      slots[end] = Symbol(truncatingIfNeeded: symbol)
      end += 1
    }
    // A word of removed characters only is no word at all.
    if end == start + 1 { end = start } else { end += 1 }
  }

  /// Only runs of a to z, without the word mark.
  private static func appendPieces(
    _ word: Span<UInt8>, _ alphabet: borrowing Alphabet, to slots: borrowing Block<Symbol>,
    _ end: inout Int
  ) {
    var start = end
    func close() {
      // One symbol alone forms no pair.
      if end < start + 2 { end = start } else { end += 1 }
      start = end
    }
    var offset = 0
    while offset < word.count {
      let scalar = UTF8Text.decode(word, &offset)
      let symbol = alphabet.symbol(of: scalar)
      guard symbol != 0 else { continue }
      if (0x61...0x7A).contains(scalar) {
        slots[end] = Symbol(truncatingIfNeeded: symbol)
        end += 1
      } else {
        close()
      }
    }
    close()
  }

  /// Word numbers by falling count. Ties may come in any order: only counts matter to training.
  private static func byFallingCount(_ words: borrowing WordCounts) -> Block<UInt32> {
    // Nearly all words are rare: those are sorted by counting, the few others by comparing.
    let small = 4096
    var buckets = [Int](repeating: 0, count: small)
    var large: [UInt32] = []
    for index in 0..<words.uniqueCount {
      let count = words.count(index)
      if count < small { buckets[Int(count)] += 1 } else { large.append(UInt32(index)) }
    }
    large.sort { words.count(Int($0)) > words.count(Int($1)) }
    let order = Block<UInt32>(count: words.uniqueCount)
    for index in large.indices { order[index] = large[index] }
    var next = large.count
    for count in stride(from: small - 1, through: 0, by: -1) {
      (buckets[count], next) = (next, next + buckets[count])
    }
    for index in 0..<words.uniqueCount where words.count(index) < small {
      let count = Int(words.count(index))
      order[buckets[count]] = UInt32(index)
      buckets[count] += 1
    }
    return order
  }

  /// Finds word counts for slots visited in rising order.
  struct CountCursor: BitwiseCopyable {
    fileprivate var end: UInt32 = 0
    fileprivate var count: UInt64 = 0
  }

  /// The count of the word that holds slot `position`.
  @inline(__always)
  func count(at position: UInt32, _ cursor: inout CountCursor) -> UInt64 {
    if position < cursor.end { return cursor.count }
    var step = Int(coarse[Int(position) >> Self.coarseShift])
    while stepStarts[step &+ 1] <= position { step &+= 1 }
    cursor.end = stepStarts[step &+ 1]
    cursor.count = stepCounts[step]
    return cursor.count
  }
}
