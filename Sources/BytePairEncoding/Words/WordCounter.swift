/// Counts the words of a text that arrives in pieces; memory grows with the number of distinct
/// words only.
///
/// One counter serves one thread.
package struct WordCounter: ~Copyable {
  private var table: WordTable
  private let pending = Block<WordKey>(
    count: WordCounter.batchSize + WordScanner.boundsPerWindow / 2)
  /// Separators seen so far ("▁" counts as one).
  private var separatorCount: UInt64 = 0

  /// Where the words of a batch begin and end.
  private let bounds = Block<Int>(
    count: 2 * WordCounter.batchSize + WordScanner.boundsPerWindow)

  /// Words are looked up this many at a time, so that the slots of all of them are on their way
  /// from memory before the first is needed.
  private static var batchSize: Int { 128 }

  /// - Parameter capacity: How many distinct words to expect.
  package init(capacity: Int = 1 << 12) { table = WordTable(capacity: capacity) }

  /// Number of distinct words so far.
  package var uniqueCount: Int { table.count }

  /// Memory in use, in bytes.
  package var memorySize: Int { table.memorySize }

  /// Counts the words of `text`, which must begin and end at word boundaries.
  package mutating func count(_ text: Span<UInt8>) {
    var scanner = WordScanner(text)
    var wordBytes = 0
    var boundCount = 0
    while true {
      boundCount = scanner.nextBounds(bounds, after: boundCount, limit: 2 * Self.batchSize)
      if boundCount == 0 { break }
      let wordCount = boundCount / 2
      for index in 0..<wordCount {
        let range = bounds[2 &* index]..<bounds[2 &* index &+ 1]
        let (a, b, hash) = WordKey.parts(text, range)
        let key = WordKey(a: a, b: b, hash: hash, start: range.lowerBound, length: range.count)
        wordBytes &+= range.count
        pending[index] = key
        table.prefetch(key)
      }
      for index in 0..<wordCount {
        let slot = table.insert(pending[index], in: text)
        table[slot].value &+= 1
      }
      // The beginning of a word whose end lies in the next window.
      if boundCount & 1 == 1 { bounds[0] = bounds[boundCount &- 1] }
      boundCount &= 1
    }
    separatorCount += UInt64(text.count - wordBytes - 2 * scanner.lowLineCount)
  }

  /// Adds `count` occurrences of one word, `bytes` being all of it.
  package mutating func add(_ bytes: Span<UInt8>, count: UInt64) {
    guard bytes.count > 0 else { return separatorCount += count }
    let slot = table.insert(WordKey(bytes, 0..<bytes.count), in: bytes)
    table[slot].value += count
  }

  /// Adds separators that stood between words counted elsewhere.
  package mutating func add(separators: UInt64) { separatorCount += separators }

  /// Adds what another counter counted.
  mutating func add(_ other: borrowing WordCounter) {
    table.add(other.table)
    separatorCount += other.separatorCount
  }

  /// The counts so far. The counter is used up, so that its table and the result never lie in
  /// memory together for longer than the copy takes.
  package consuming func finish() -> WordCounts {
    WordCounts(table, separatorCount: separatorCount)
  }
}
