import CBytePairEncoding

/// Walks over the words of a text: maximal runs of bytes that are not separators.
///
/// Separators are 0x20, 0x09 to 0x0D and "▁" (U+2581, bytes E2 96 81); nothing else. No other
/// UTF-8 sequence, valid or broken, contains or swallows one, so words are found on bytes.
///
/// The text is classified 64 bytes at a time into bit masks; a word costs two bit scans.
package struct WordScanner: ~Copyable, ~Escapable {
  private let bytes: Span<UInt8>
  /// First byte of the next window.
  private var window = 0
  /// Bit i is set where byte `windowStart + i` begins a word or the separator after one.
  private var changes: UInt64 = 0
  private var windowStart = 0
  /// 1 when the byte before the next window is a separator.
  private var separatorBefore: UInt64 = 1
  /// Bits of a "▁" that began in the last window and reaches into the next.
  private var overlap: UInt64 = 0
  private var wordStart = -1
  /// How many "▁" were passed so far.
  package private(set) var lowLineCount = 0

  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  /// The next word as byte offsets, or nil at the end of the text.
  @inline(__always)
  package mutating func next() -> Range<Int>? {
    while true {
      while changes != 0 {
        let position = windowStart &+ changes.trailingZeroBitCount
        changes &= changes &- 1
        if wordStart < 0 {
          wordStart = position
        } else {
          let range = unsafe Range(uncheckedBounds: (wordStart, position))
          wordStart = -1
          return range
        }
      }
      guard window < bytes.count else {
        guard wordStart >= 0 else { return nil }
        let range = wordStart..<bytes.count
        wordStart = -1
        return range
      }
      classifyWindow()
    }
  }

  @inline(__always)
  private mutating func classifyWindow() {
    var masks: tessera_window
    if window &+ 64 <= bytes.count {
      // SAFETY: 64 bytes from `window` on lie inside the span (checked above).
      masks = unsafe bytes.withUnsafeBufferPointer {
        unsafe tessera_classify_window($0.baseAddress! + window)
      }
    } else {
      masks = classifyTail()
    }
    var separators = masks.separators | overlap
    overlap = 0
    while masks.e2 != 0 {
      let bit = masks.e2.trailingZeroBitCount
      masks.e2 &= masks.e2 &- 1
      let position = window &+ bit
      if position &+ 2 < bytes.count, bytes[position &+ 1] == 0x96, bytes[position &+ 2] == 0x81 {
        lowLineCount &+= 1
        separators |= 7 << UInt64(bit)
        if bit > 61 { overlap = 7 >> UInt64(64 &- bit) }
      }
    }
    changes = separators ^ (separators << 1 | separatorBefore)
    separatorBefore = separators >> 63
    windowStart = window
    window &+= 64
  }

  /// The last, short window; bytes beyond the text count as part of a word and are cut off.
  private func classifyTail() -> tessera_window {
    var masks = tessera_window(separators: 0, e2: 0)
    for offset in window..<bytes.count {
      let byte = bytes[offset]
      let bit = UInt64(1) << UInt64(offset - window)
      if UTF8Text.isASCIISeparator(byte) { masks.separators |= bit }
      if byte == 0xE2 { masks.e2 |= bit }
    }
    return masks
  }
}
