/// The characters that training keeps, and their internal numbers.
///
/// Internal symbols: 0 is the boundary between words, 1 marks a dead slot, 2 is "▁", 3 and up are
/// the kept characters by falling count (of equal counts the larger code point first), and merged
/// tokens follow in order of creation. The order of symbols is the order of final ids.
struct Alphabet: ~Copyable {
  static let boundary: UInt32 = 0
  static let dead: UInt32 = 1
  static let lowLine: UInt32 = 2
  static let firstCharacter: UInt32 = 3

  /// Kept scalars; the first has symbol `firstCharacter`.
  let kept: [UInt32]
  /// Distinct characters before coverage ("▁" not counted).
  let uniqueCount: Int
  /// Occurrences of bytes that are not UTF-8.
  let invalidByteCount: UInt64
  /// Symbol of each scalar; 0 where it was removed.
  private let symbols = Block<UInt32>(count: 0x11_0000)

  /// Counts the characters of `words` and drops the rarest as `coverage` allows.
  init(_ words: borrowing WordCounts, coverage: Double) {
    let counts = Block<UInt64>(count: 0x11_0000)
    var invalid: UInt64 = 0
    // The text's length in decoded units: characters, separators and invalid bytes, one each.
    var length = words.separatorCount
    var largest: UInt32 = 0
    words.forEach { word, count in
      var offset = 0
      while offset < word.count {
        let scalar = UTF8Text.decode(word, &offset)
        length &+= count
        if scalar == UTF8Text.invalid {
          invalid &+= count
        } else {
          counts[Int(scalar)] &+= count
          largest = max(largest, scalar)
        }
      }
    }
    var characters: [(count: UInt64, scalar: UInt32)] = []
    for scalar in 0...Int(largest) where counts[scalar] > 0 {
      characters.append((counts[scalar], UInt32(scalar)))
    }
    characters.sort { ($0.count, $0.scalar) < ($1.count, $1.scalar) }
    let removed = Self.removedCount(characters.map(\.count), length: length, coverage: coverage)
    uniqueCount = characters.count
    invalidByteCount = invalid
    kept = characters[removed...].reversed().map(\.scalar)
    symbols[Int(UTF8Text.lowLine)] = Self.lowLine
    for (index, scalar) in kept.enumerated() {
      symbols[Int(scalar)] = Self.firstCharacter + UInt32(index)
    }
  }

  /// How many of the rarest characters (counts given ascending) coverage removes.
  ///
  /// Walks from the rarest while what would be left still exceeds the asked share.
  static func removedCount(_ counts: [UInt64], length: UInt64, coverage: Double) -> Int {
    var removed: UInt64 = 0
    for (index, count) in counts.enumerated() {
      let left = length - removed - count
      guard Double(left) > Double(length) * coverage else { return index }
      removed += count
    }
    return counts.count
  }

  /// The symbol of `scalar` (as `UTF8Text.decode` returned it), or 0 when it is not kept.
  @inline(__always)
  func symbol(of scalar: UInt32) -> UInt32 {
    scalar == UTF8Text.invalid ? 0 : symbols[Int(scalar)]
  }
}
