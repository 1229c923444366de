/// How often each distinct word of a corpus occurs, and how many separators stood between words.
///
/// This is all that training needs to know about a corpus: counts of parts of a corpus can be made
/// anywhere and added up.
///
/// A word is a maximal run of bytes that are not separators (0x20, 0x09 to 0x0D, "▁"); it need not
/// be valid UTF-8.
public struct WordCounts: Sendable {
  /// The words and their counts; never changed once they are here.
  private final class Storage: Sendable {
    /// The words, one after another without gaps, and perhaps some bytes more.
    let bytes: Block<UInt8>
    /// Where word i ends in `bytes`; it begins where word i - 1 ends.
    let ends: Block<Int>
    /// How often word i occurs.
    let counts: Block<UInt64>

    init(
      _ bytes: consuming Block<UInt8>, _ ends: consuming Block<Int>,
      _ counts: consuming Block<UInt64>
    ) {
      self.bytes = bytes
      self.ends = ends
      self.counts = counts
    }
  }

  private let storage: Storage
  /// Separators in the corpus. Only character coverage depends on this number.
  public internal(set) var separatorCount: UInt64 = 0

  /// No words.
  public init() { storage = Storage(Block(count: 0), Block(count: 0), Block(count: 0)) }

  /// All words of a table, whose values are their counts.
  init(_ table: borrowing WordTable, separatorCount: UInt64) {
    // Short words are written with the rest of their slot, which the next word covers.
    let bytes = Block<UInt8>(count: table.byteCount + WordKey.inlineLimit)
    let ends = Block<Int>(count: table.count)
    let counts = Block<UInt64>(count: table.count)
    var (end, index) = (0, 0)
    for slot in 0..<table.slotCount where table[slot].length != 0 {
      end += table.copyWord(slot, to: bytes, at: end)
      ends[index] = end
      counts[index] = table[slot].value
      index += 1
    }
    storage = Storage(bytes, ends, counts)
    self.separatorCount = separatorCount
  }

  /// Counts the words of `text`.
  public init(countingWordsOf text: Span<UInt8>) {
    var counter = WordCounter()
    counter.count(text)
    self = counter.finish()
  }

  /// Counts the words of `text`.
  public init(countingWordsOf text: [UInt8]) { self.init(countingWordsOf: text.span) }

  /// The sum of several counts.
  public init(merging parts: consuming [WordCounts]) {
    if parts.count == 1 {
      self = parts[0]
      return
    }
    var counter = WordCounter(capacity: parts.map(\.uniqueCount).max() ?? 0)
    for part in parts {
      part.forEach { word, count in counter.add(word, count: count) }
      counter.add(separators: part.separatorCount)
    }
    self = counter.finish()
  }

  /// Number of distinct words.
  public var uniqueCount: Int { storage.counts.count }

  /// Number of words, each as often as it occurs.
  public var totalCount: UInt64 { (0..<uniqueCount).reduce(0) { $0 &+ count($1) } }

  /// Bytes in the distinct words together.
  public var byteCount: Int { uniqueCount == 0 ? 0 : storage.ends[uniqueCount - 1] }

  /// Calls `body` with each word and its count, in no particular order.
  public func forEach<Failure: Error>(
    _ body: (Span<UInt8>, UInt64) throws(Failure) -> Void
  ) throws(Failure) {
    for index in 0..<uniqueCount {
      try body(word(index), count(index))
    }
  }

  /// Word number `index`, in `0..<uniqueCount`.
  @_lifetime(borrow self) @inline(__always)
  package func word(_ index: Int) -> Span<UInt8> {
    let start = index == 0 ? 0 : storage.ends[index - 1]
    // SAFETY: the block lives as long as the storage, which this value holds.
    return unsafe _overrideLifetime(
      storage.bytes.unboundSpan(start..<storage.ends[index]), borrowing: self)
  }

  /// How often word number `index` occurs.
  @inline(__always)
  package func count(_ index: Int) -> UInt64 { storage.counts[index] }
}
