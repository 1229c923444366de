/// Remembers what words were encoded to that are too long for a `ShortWordCache`, or whose results
/// are; when full, it forgets everything and starts again. One per thread.
struct LongWordCache<Element: BitwiseCopyable>: ~Copyable {
  private var table = WordTable()
  /// The results of the words, one after another.
  private var store = GrowingBlock<Element>(capacity: 1 << 12)

  private static var mostWords: Int { 1 << 17 }
  private static var mostElements: Int { 1 << 23 }
  /// Longer words seldom come again.
  private static var longestWord: Int { 160 }
  private static var mostElementsPerWord: Int { 1 << 12 }

  @inline(__always) func prefetch(_ key: WordKey) { table.prefetch(key) }

  /// Appends what `key` was encoded to, if that is known, to `output`.
  func append(
    _ key: WordKey, of text: borrowing Span<UInt8>, to output: inout GrowingBlock<Element>
  ) -> Bool {
    let slot = table.find(key, in: text)
    guard slot >= 0 else { return false }
    let value = table[slot].value
    let start = Int(value >> 16)
    output.append(store, start..<start &+ Int(value & 0xFFFF))
    return true
  }

  /// Remembers that `key` was encoded to elements `range` of `output`.
  mutating func insert(
    _ key: WordKey, of text: borrowing Span<UInt8>, as output: borrowing GrowingBlock<Element>,
    _ range: Range<Int>
  ) {
    guard key.length <= Self.longestWord, range.count <= Self.mostElementsPerWord else { return }
    if table.count >= Self.mostWords || store.count >= Self.mostElements {
      table.removeAll()
      store.truncate()
    }
    let slot = table.insert(key, in: text)
    table[slot].value = UInt64(store.count) << 16 | UInt64(range.count)
    store.append(output, range)
  }
}
