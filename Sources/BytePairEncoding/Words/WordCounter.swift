/// Counts the words of a text that arrives in pieces; memory grows with the number of distinct
/// words only.
///
/// One counter serves one thread; `WordCounts(merging:)` joins several.
package struct WordCounter: ~Copyable {
  private var table: WordTable
  private var pending = Block<WordKey>(count: WordCounter.batchSize)
  /// Separators seen so far ("▁" counts as one).
  private var separatorCount: UInt64 = 0

  /// Words are looked up this many at a time, so that the slots of all of them are on their way
  /// from memory before the first is needed.
  private static let batchSize = 128

  /// - Parameter capacity: How many distinct words to expect. To be given where words come from
  ///   another table: in the order of their hashes they would crowd a table that is still small.
  package init(capacity: Int = 1 << 12) { table = WordTable(capacity: capacity) }

  /// Number of distinct words so far.
  package var uniqueCount: Int { table.count }

  /// Memory in use, in bytes.
  package var memorySize: Int { table.memorySize }

  /// Counts the words of `text`, which must begin and end at word boundaries.
  package mutating func count(_ text: Span<UInt8>) {
    var scanner = WordScanner(text)
    var pendingCount = 0
    var wordBytes = 0
    while let range = scanner.next() {
      let key = WordKey(text, range)
      wordBytes &+= range.count
      pending[pendingCount] = key
      table.prefetch(key)
      pendingCount &+= 1
      if pendingCount == Self.batchSize {
        flush(pendingCount, text)
        pendingCount = 0
      }
    }
    flush(pendingCount, text)
    separatorCount += UInt64(text.count - wordBytes - 2 * scanner.lowLineCount)
  }

  private mutating func flush(_ pendingCount: Int, _ text: Span<UInt8>) {
    for index in 0..<pendingCount {
      let slot = table.insert(pending[index], in: text)
      table[slot].value &+= 1
    }
  }

  /// Adds `count` occurrences of one word, `bytes` being all of it.
  package mutating func add(_ bytes: Span<UInt8>, count: UInt64) {
    guard bytes.count > 0 else { return separatorCount += count }
    let slot = table.insert(WordKey(bytes, 0..<bytes.count), in: bytes)
    table[slot].value += count
  }

  /// Adds separators that stood between words counted elsewhere.
  package mutating func add(separators: UInt64) { separatorCount += separators }

  /// The counts so far. The counter is used up, so that its table and the result never lie in
  /// memory together for longer than the copy takes.
  package consuming func finish() -> WordCounts {
    var counts = WordCounts(wordCapacity: table.count, byteCapacity: table.byteCount)
    counts.separatorCount = separatorCount
    for index in 0..<table.slotCount where table[index].length != 0 {
      let value = table[index].value
      table.withWord(index) { counts.append($0, count: value) }
    }
    return counts
  }
}
