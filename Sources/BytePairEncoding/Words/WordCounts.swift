/// How often each distinct word of a corpus occurs, and how many separators stood between words.
///
/// This is all that training needs to know about a corpus: counts of parts of a corpus can be made
/// anywhere and added up.
///
/// A word is a maximal run of bytes that are not separators (0x20, 0x09 to 0x0D, "▁"); it need not
/// be valid UTF-8.
public struct WordCounts: Sendable {
  /// The words, one after another without gaps.
  package private(set) var bytes: [UInt8] = []
  /// Where word i ends in `bytes`; it begins where word i - 1 ends.
  package private(set) var ends: [Int] = []
  /// How often word i occurs.
  package private(set) var counts: [UInt64] = []
  /// Separators in the corpus. Only character coverage depends on this number.
  public internal(set) var separatorCount: UInt64 = 0

  /// No words.
  public init() {}

  init(wordCapacity: Int, byteCapacity: Int) {
    bytes.reserveCapacity(byteCapacity)
    ends.reserveCapacity(wordCapacity)
    counts.reserveCapacity(wordCapacity)
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
    var counter = WordCounter(capacity: parts.reduce(0) { $0 + $1.uniqueCount })
    while let part = parts.popLast() {
      part.forEach { word, count in counter.add(word, count: count) }
      counter.add(separators: part.separatorCount)
    }
    self = counter.finish()
  }

  /// Number of distinct words.
  public var uniqueCount: Int { counts.count }

  /// Number of words, each as often as it occurs.
  public var totalCount: UInt64 { counts.reduce(0, &+) }

  /// Bytes in the distinct words together.
  public var byteCount: Int { bytes.count }

  /// Calls `body` with each word and its count, in no particular order.
  public func forEach<Failure: Error>(
    _ body: (Span<UInt8>, UInt64) throws(Failure) -> Void
  ) throws(Failure) {
    for index in counts.indices {
      try body(word(index), counts[index])
    }
  }

  /// Word number `index`, in `0..<uniqueCount`.
  @_lifetime(borrow self)
  package func word(_ index: Int) -> Span<UInt8> {
    let start = index == 0 ? 0 : ends[index - 1]
    let span = bytes.span.extracting(start..<ends[index])
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  mutating func append(_ word: Span<UInt8>, count: UInt64) {
    // SAFETY: the buffer is only read, within the closure.
    unsafe word.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    ends.append(bytes.count)
    counts.append(count)
  }
}
