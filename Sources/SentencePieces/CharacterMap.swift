/// The normaliser's compiled rules: the longest matching byte string is replaced by another.
///
/// `precompiled_charsmap` is a 32-bit length, a Darts-clone double array of that many bytes, and
/// the replacements, each ended by a zero byte. A unit of the array holds, from the top bit: leaf,
/// offset (bits 10…30, counted in 256s when bit 9 is set), has-leaf (bit 8), label (bits 0…7). A
/// leaf holds in its low 31 bits where the replacement starts.
///
/// Source: `normalizer.cc` of google/sentencepiece and the unit layout of s-yata/darts-clone.
struct CharacterMap: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]

  /// Checks that no walk can leave the array and that every replacement ends.
  init(_ bytes: [UInt8]) throws(SentencePieceError) {
    func damaged(_ detail: String) -> SentencePieceError {
      SentencePieceError(.damagedCharacterMap(detail: detail))
    }
    guard bytes.count > 4 else { throw damaged("\(bytes.count) bytes cannot hold it") }
    func word(_ at: Int) -> UInt32 {
      UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
        | UInt32(bytes[at + 3]) << 24
    }
    let size = Int(word(0))
    guard size >= 1024, size % 1024 == 0, size < bytes.count - 4 else {
      throw damaged("a trie of \(size) bytes does not fit into \(bytes.count)")
    }
    units = (0..<size / 4).map { word(4 + 4 * $0) }
    replacements = Array(bytes[(4 + size)...])
    guard replacements.last == 0 else { throw damaged("the last replacement does not end") }
    // The array's length is a multiple of 256, and a step changes only the low 8 bits after the
    // offset is applied, so checking where each block starts covers every possible byte.
    for (position, unit) in units.enumerated() where unit & Self.leafBit == 0 {
      let target = position ^ Self.offset(unit)
      guard target | 0xFF < units.count else {
        throw damaged("unit \(position) points to \(target) of \(units.count)")
      }
      if unit & Self.hasLeafBit != 0 {
        let value = Int(units[target] & 0x7FFF_FFFF)
        guard units[target] & Self.leafBit == 0 || value < replacements.count else {
          throw damaged("unit \(target) names replacement \(value) of \(replacements.count)")
        }
      }
    }
  }

  private static let leafBit: UInt32 = 1 << 31
  private static let hasLeafBit: UInt32 = 1 << 8

  @inline(__always)
  private static func offset(_ unit: UInt32) -> Int {
    Int((unit >> 10) << ((unit & (1 << 9)) >> 6))
  }

  /// The longest rule that applies to `text` at `start`.
  ///
  /// - Returns: How many bytes it replaces, and where in ``replacements`` its result starts.
  @inline(__always)
  func longestRule(for text: borrowing Span<UInt8>, from start: Int) -> (
    length: Int, replacement: Int
  )? {
    var node = Self.offset(units[0])
    var position = start
    var best: (length: Int, replacement: Int)?
    while position < text.count {
      let byte = text[position]
      node ^= Int(byte)
      let unit = units[node]
      guard unit & (Self.leafBit | 0xFF) == UInt32(byte) else { break }
      position += 1
      node ^= Self.offset(unit)
      if unit & Self.hasLeafBit != 0 {
        let value = Int(units[node] & 0x7FFF_FFFF)
        if value < replacements.count { best = (position - start, value) }
      }
    }
    return best
  }

  /// The bytes of the replacement that starts at `start`.
  @inline(__always)
  func replacement(at start: Int) -> ArraySlice<UInt8> {
    var end = start
    while replacements[end] != 0 { end += 1 }
    return replacements[start..<end]
  }
}
