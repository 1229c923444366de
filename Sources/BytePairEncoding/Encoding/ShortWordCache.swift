/// Remembers what short words were encoded to, one cache line a word. One per thread.
///
/// Two-way set-associative. A word enters as not used; used ones are evicted only after they were
/// not met for a while, so that the many words that come once do not drive out those that come
/// often. Memory is bounded (32 MB) and nothing is ever swept.
struct ShortWordCache<Element: BitwiseCopyable>: ~Copyable {
  /// A word and its result.
  private struct Line: BitwiseCopyable {
    /// As in `WordKey`.
    var a: UInt64
    var b: UInt64
    /// Bytes in the word, and `elsewhere` where a `LongWordCache` has the result; 0 in an empty line.
    var length: UInt32
    /// Elements in `result`.
    var resultCount: UInt16
    /// 1 when the word was met since it was put here, or since the set was last looked over.
    var used: UInt16
    var result: ElementWords

    @inline(__always) func holds(_ key: WordKey, _ mark: Int = 0) -> Bool {
      (a ^ key.a) | (b ^ key.b) | (UInt64(length) ^ UInt64(key.length | mark)) == 0
    }
  }

  private var lines: Block<Line>
  private var shift: UInt64
  private let mostLines: Int
  private var insertions = 0

  /// 32 MB.
  static var usualLines: Int { 1 << 19 }
  /// A megabyte at first, so that encoding a few sentences touches little memory.
  private static var fewLines: Int { 1 << 14 }
  private static var elsewhere: Int { 0x80 }
  /// The longest result in elements.
  static var capacity: Int { ElementWords.byteCount / MemoryLayout<Element>.stride }

  /// - Parameter mostLines: The number of words to remember in the end; a power of two, at least 2.
  init(mostLines: Int) {
    self.mostLines = mostLines
    let count = min(mostLines, Self.fewLines)
    lines = Block(count: count)
    shift = Self.shift(count)
  }

  /// Leaves of a hash the number of a set.
  private static func shift(_ lineCount: Int) -> UInt64 {
    UInt64(65 - lineCount.trailingZeroBitCount)
  }

  @inline(__always) private func set(_ hash: UInt64) -> Int { Int(hash >> shift) &* 2 }

  @inline(__always) func prefetch(_ key: WordKey) {
    lines.prefetch(set(key.hash))
    lines.prefetch(set(key.hash) &+ 1)
  }

  /// The line with the result of `key`, or -1. Good until the next insertion.
  @inline(__always)
  func find(_ key: WordKey) -> Int {
    let set = set(key.hash)
    return lines.withSpan(set..<set &+ 2) { ways in
      let line = ways[0].holds(key) ? set : -1
      return ways[1].holds(key) ? set &+ 1 : line
    }
  }

  /// Whether a `LongWordCache` may have the result of `key`.
  func isElsewhere(_ key: WordKey) -> Bool {
    let set = set(key.hash)
    return key.length > WordKey.inlineLimit || lines[set].holds(key, Self.elsewhere)
      || lines[set &+ 1].holds(key, Self.elsewhere)
  }

  /// Appends the result in a line.
  @inline(__always)
  func append(_ line: Int, to output: inout GrowingBlock<Element>) {
    lines.withSpan(line..<line &+ 1) { line in
      output.append(line[0].result, count: Int(line[0].resultCount))
    }
    if lines[line].used == 0 { lines[line].used = 1 }
  }

  /// Remembers that `key`, a word of at most `WordKey.inlineLimit` bytes, was encoded to the first
  /// `count` elements of `result`.
  mutating func insert(_ key: WordKey, as result: ElementWords, count: Int) {
    insert(
      Line(
        a: key.a, b: key.b, length: UInt32(key.length), resultCount: UInt16(count), used: 0,
        result: result), key)
  }

  /// Remembers that the result of `key`, a word of at most `WordKey.inlineLimit` bytes, is too long
  /// to lie here.
  mutating func insertElsewhere(_ key: WordKey) {
    insert(
      Line(
        a: key.a, b: key.b, length: UInt32(key.length | Self.elsewhere), resultCount: 0, used: 0,
        result: ElementWords()), key)
  }

  private mutating func insert(_ line: Line, _ key: WordKey) {
    insertions += 1
    if insertions == Self.fewLines / 2, mostLines > lines.count { grow() }
    // The word may stand in one batch twice.
    if find(key) < 0 && !isElsewhere(key) { put(line, hash: key.hash) }
  }

  private func put(_ line: Line, hash: UInt64) {
    let set = set(hash)
    if lines[set].used == 0 {
      if lines[set &+ 1].used == 0 { lines[set &+ 1] = lines[set] }
      lines[set] = line
    } else if lines[set &+ 1].used == 0 {
      lines[set &+ 1] = line
    } else {
      // The word stays outside this time. Those that are not met before the next one comes will go.
      lines[set].used = 0
      lines[set &+ 1].used = 0
    }
  }

  private mutating func grow() {
    var old = Block<Line>(count: mostLines)
    swap(&old, &lines)
    shift = Self.shift(mostLines)
    for index in 0..<old.count where old[index].length != 0 {
      let line = old[index]
      put(
        line, hash: WordKey(a: line.a, b: line.b, length: Int(line.length) & ~Self.elsewhere).hash)
    }
  }
}

/// Forty bytes of elements on their way between a block and a cache line.
struct ElementWords: BitwiseCopyable {
  var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
  static let byteCount = 40
}
