/// Remembers what short words were encoded to, one cache line a word. One per thread.
///
/// Two-way set-associative: a set keeps the two words of its hash that were used last. Memory is
/// bounded (32 MB) and nothing is ever swept.
struct ShortWordCache<Element: BitwiseCopyable>: ~Copyable {
  /// A word and its result; `wordLength` 0 marks an empty line.
  private struct Line: BitwiseCopyable {
    /// As in `WordKey`.
    var a: UInt64
    var b: UInt64
    var wordLength: UInt32
    /// Elements in `result`, or `elsewhere`.
    var resultCount: UInt32
    var result: ElementWords

    @inline(__always) func holds(_ key: WordKey) -> Bool {
      a == key.a && b == key.b && Int(wordLength) == key.length
    }
  }

  /// What a look-up says.
  enum Outcome {
    /// The result was appended.
    case appended
    /// The word is known, but its result is too long to lie here.
    case elsewhere
    case unknown
  }

  private var lines = Block<Line>(count: ShortWordCache.fewLines)
  private var shift = UInt64(65 - ShortWordCache.fewLines.trailingZeroBitCount)
  private var insertions = 0

  /// A megabyte at first, so that encoding a few sentences touches little memory.
  private static var fewLines: Int { 1 << 14 }
  private static var mostLines: Int { 1 << 19 }
  private static var elsewhere: UInt32 { .max }
  /// The longest result in elements.
  private static var capacity: Int { ElementWords.byteCount / MemoryLayout<Element>.stride }

  @inline(__always) private func set(_ hash: UInt64) -> Int { Int(hash >> shift) &* 2 }

  @inline(__always) func prefetch(_ key: WordKey) { lines.prefetch(set(key.hash)) }

  /// Appends what `key`, a word of at most `WordKey.inlineLimit` bytes, was encoded to.
  @inline(__always)
  func append(_ key: WordKey, to output: inout GrowingBlock<Element>) -> Outcome {
    let set = set(key.hash)
    var line = lines[set]
    if !line.holds(key) {
      line = lines[set &+ 1]
      guard line.holds(key) else { return .unknown }
      // Used last, so it comes first.
      lines[set &+ 1] = lines[set]
      lines[set] = line
    }
    guard line.resultCount != Self.elsewhere else { return .elsewhere }
    output.append(line.result, count: Int(line.resultCount))
    return .appended
  }

  /// Remembers that `key` was encoded to the elements from `start` on of `output`; returns false,
  /// and remembers only that, when they are too many to lie here.
  mutating func insert(
    _ key: WordKey, as output: inout GrowingBlock<Element>, from start: Int
  ) -> Bool {
    insertions += 1
    if insertions == Self.fewLines / 2 { grow() }
    let count = output.count - start
    let fits = count <= Self.capacity
    put(
      Line(
        a: key.a, b: key.b, wordLength: UInt32(key.length),
        resultCount: fits ? UInt32(count) : Self.elsewhere,
        result: fits ? output.words(from: start) : ElementWords()), hash: key.hash)
    return fits
  }

  private func put(_ line: Line, hash: UInt64) {
    let set = set(hash)
    lines[set &+ 1] = lines[set]
    lines[set] = line
  }

  private mutating func grow() {
    var old = Block<Line>(count: Self.mostLines)
    swap(&old, &lines)
    shift = UInt64(65 - Self.mostLines.trailingZeroBitCount)
    // Backwards, so that what was used last comes first again.
    for index in (0..<old.count).reversed() where old[index].wordLength != 0 {
      let line = old[index]
      put(line, hash: WordKey(a: line.a, b: line.b, length: Int(line.wordLength)).hash)
    }
  }
}

/// Forty bytes of elements on their way between a block and a cache line.
struct ElementWords: BitwiseCopyable {
  var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
  static let byteCount = 40
}
