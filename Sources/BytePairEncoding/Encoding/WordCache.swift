/// Remembers what words were encoded to. One per thread.
///
/// Short words with short results, nearly all words of a text, lie in a `ShortWordCache`; the others
/// in a table that, when full, forgets everything and starts again.
struct WordCache<Element: BitwiseCopyable>: ~Copyable {
  private var short = ShortWordCache<Element>()
  private var table = WordTable()
  /// The results of the table's words, one after another.
  private var store = GrowingBlock<Element>(capacity: 1 << 12)

  private static var mostWords: Int { 1 << 17 }
  private static var mostElements: Int { 1 << 23 }
  /// Longer words seldom come again.
  private static var longestWord: Int { 160 }
  private static var mostElementsPerWord: Int { 1 << 12 }

  @inline(__always) func prefetch(_ key: WordKey) {
    if key.length <= WordKey.inlineLimit { short.prefetch(key) } else { table.prefetch(key) }
  }

  /// Appends what `key` was encoded to, if that is known, to `output`.
  @inline(__always)
  func append(
    _ key: WordKey, of text: borrowing Span<UInt8>, to output: inout GrowingBlock<Element>
  ) -> Bool {
    if key.length <= WordKey.inlineLimit {
      switch short.append(key, to: &output) {
      case .appended: return true
      case .unknown: return false
      case .elsewhere: break
      }
    }
    return appendFromTable(key, text, &output)
  }

  private func appendFromTable(
    _ key: WordKey, _ text: borrowing Span<UInt8>, _ output: inout GrowingBlock<Element>
  ) -> Bool {
    let slot = table.find(key, in: text)
    guard slot >= 0 else { return false }
    let value = table[slot].value
    let start = Int(value >> 16)
    output.append(store, start..<start &+ Int(value & 0xFFFF))
    return true
  }

  /// Remembers that `key` was encoded to the elements from `start` on of `output`.
  mutating func insert(
    _ key: WordKey, of text: borrowing Span<UInt8>, as output: inout GrowingBlock<Element>,
    from start: Int
  ) {
    if key.length <= WordKey.inlineLimit, short.insert(key, as: &output, from: start) { return }
    let range = start..<output.count
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
