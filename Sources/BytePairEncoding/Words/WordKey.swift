/// A word prepared for look-up: its bytes in two registers when they fit, and a 64-bit hash.
package struct WordKey: BitwiseCopyable {
  /// Bytes 0 to 7 of a word of at most 16 bytes, little-endian and zero-padded; the hash of a
  /// longer one.
  package let a: UInt64
  /// Bytes 8 to 15 of a short word; 0 for a longer one.
  package let b: UInt64
  package let hash: UInt64
  /// First byte of the word in the text it was cut from.
  package let start: Int
  /// Bytes in the word, at least 1.
  package let length: Int

  /// Words up to this many bytes lie inside the key.
  package static let inlineLimit = 16

  /// Prepares the word in `range` of `text`.
  @inline(__always)
  package init(_ text: borrowing Span<UInt8>, _ range: Range<Int>) {
    let (a, b, hash) = Self.parts(text, range)
    self.init(a: a, b: b, hash: hash, start: range.lowerBound, length: range.count)
  }

  /// `a`, `b` and `hash` of the word in `range` of `text`: in registers, where a whole key would
  /// go through memory.
  @inline(__always)
  static func parts(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>
  ) -> (a: UInt64, b: UInt64, hash: UInt64) {
    guard range.count <= Self.inlineLimit else {
      let hash = Self.longHash(text, range)
      return (hash, 0, hash)
    }
    let (a, b) = Self.inlineBytes(text, range)
    return (a, b, Self.shortHash(a, b, range.count))
  }

  /// The key of a short word whose bytes are already in registers.
  @inline(__always)
  init(a: UInt64, b: UInt64, start: Int = 0, length: Int) {
    self.init(a: a, b: b, hash: Self.shortHash(a, b, length), start: start, length: length)
  }

  @inline(__always)
  init(a: UInt64, b: UInt64, hash: UInt64, start: Int, length: Int) {
    (self.a, self.b, self.hash, self.start, self.length) = (a, b, hash, start, length)
  }

  @inline(__always)
  private static func shortHash(_ a: UInt64, _ b: UInt64, _ length: Int) -> UInt64 {
    mix(a ^ 0x9E37_79B9_7F4A_7C15, b ^ 0xD6E8_FEB8_6659_FD93 ^ UInt64(length))
  }

  @inline(__always)
  private static func inlineBytes(
    _ text: borrowing Span<UInt8>, _ range: Range<Int>
  ) -> (UInt64, UInt64) {
    let start = range.lowerBound
    let length = range.count
    guard start &+ 16 <= text.count else {
      var a: UInt64 = 0
      var b: UInt64 = 0
      for index in 0..<length {
        let byte = UInt64(text[start + index])
        if index < 8 { a |= byte << UInt64(8 * index) } else { b |= byte << UInt64(8 * index - 64) }
      }
      return (a, b)
    }
    // Without branches: the lengths of words cannot be predicted.
    let maskA = UInt64.max &>> UInt64(64 &- 8 &* min(length, 8))
    let maskB = UInt64.max >> UInt64(64 &- 8 &* max(length &- 8, 0))
    return (load(text, start) & maskA, load(text, start &+ 8) & maskB)
  }

  /// Hashes more than 16 bytes, 16 at a time, the last 16 overlapping.
  private static func longHash(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var hash = UInt64(range.count) &* 0xA076_1D64_78BD_642F
    var offset = range.lowerBound
    let last = range.upperBound - 16
    while offset < last {
      hash = mix(load(text, offset) ^ hash, load(text, offset + 8) ^ 0xE703_7ED1_A0B4_28DB)
      offset += 16
    }
    return mix(load(text, last) ^ hash, load(text, last + 8) ^ 0x8EBC_6AF0_9C88_C6E3)
  }

  @inline(__always)
  private static func load(_ text: borrowing Span<UInt8>, _ offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset &+ 8 <= text.count)
    // SAFETY: the line above checked that eight bytes can be read.
    return unsafe UInt64(
      littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  @inline(__always)
  private static func mix(_ x: UInt64, _ y: UInt64) -> UInt64 {
    let product = x.multipliedFullWidth(by: y)
    return product.high ^ product.low
  }
}
