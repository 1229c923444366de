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
  /// 1 when the byte before the next window is a line feed; only with `fill`.
  private var feedBefore: UInt64 = 0
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
        if let word = pass(position) { return word }
      }
      if window >= bytes.count { return lastWord() }
      findChanges()
    }
  }

  /// Finds the words that end in the next kilobyte of text; false at the end of the text. Not to be
  /// mixed with `next`.
  ///
  /// - Parameters:
  ///   - batch: As the call before left it; empty for the first.
  ///   - lineFeeds: Whether each line feed counts as a word of its own.
  @inline(__always)
  package mutating func fill(_ batch: inout WordBatch, lineFeeds: Bool) -> Bool {
    guard window < bytes.count else { return false }
    batch.removeComplete()
    let stop = window &+ WordBatch.textSize
    while window < min(stop, bytes.count) {
      let base = window
      let (separators, feeds) = classifyWindow()
      let before = separators << 1 | separatorBefore
      separatorBefore = separators >> 63
      if lineFeeds {
        batch.append(
          before & ~separators | feeds, separators & ~before | feeds << 1 | feedBefore, base)
        feedBefore = feeds >> 63
      } else {
        batch.append(before & ~separators, separators & ~before, base)
      }
    }
    if window >= bytes.count { batch.close(at: bytes.count) }
    return true
  }

  /// Appends where words begin and end, in turn, until `bounds` (which has room for
  /// `boundsPerWindow` elements more than `limit`) has at least `limit` elements or the text is at
  /// its end; returns their number. Not to be mixed with `next`.
  ///
  /// - Parameter count: Elements in `bounds` already.
  @inline(__always)
  mutating func nextBounds(
    _ bounds: borrowing Block<Int>, after count: Int, limit: Int
  ) -> Int {
    var count = count
    while count < limit, window < bytes.count {
      findChanges()
      let newCount = count &+ changes.nonzeroBitCount
      // Eight at a time, whether there are so many or not: how many a window has cannot be
      // predicted.
      repeat {
        for offset in 0..<8 {
          bounds[count &+ offset] = windowStart &+ changes.trailingZeroBitCount
          changes &= changes &- 1
        }
        count &+= 8
      } while changes != 0
      count = newCount
    }
    if window >= bytes.count, count & 1 == 1 {
      bounds[count] = bytes.count
      count &+= 1
    }
    return count
  }

  /// The most elements that one window adds to the bounds.
  static var boundsPerWindow: Int { 72 }

  /// Begins a word at `position`, or ends the one that is open there.
  @inline(__always)
  private mutating func pass(_ position: Int) -> Range<Int>? {
    if wordStart < 0 {
      wordStart = position
      return nil
    }
    let word = wordStart..<position
    wordStart = -1
    return word
  }

  private mutating func lastWord() -> Range<Int>? {
    guard wordStart >= 0 else { return nil }
    let word = wordStart..<bytes.count
    wordStart = -1
    return word
  }

  /// Classifies the next window and finds where words begin and end.
  @inline(__always)
  private mutating func findChanges() {
    let separators = classifyWindow().separators
    changes = separators ^ (separators << 1 | separatorBefore)
    separatorBefore = separators >> 63
  }

  /// Classifies the next window and returns the bits of its separators and its line feeds.
  @inline(__always)
  private mutating func classifyWindow() -> (separators: UInt64, lineFeeds: UInt64) {
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
    windowStart = window
    window &+= 64
    return (separators, masks.line_feeds)
  }

  /// The last, short window. What lies beyond the text counts as separators.
  private func classifyTail() -> tessera_window {
    var tail = InlineArray<64, UInt8>(repeating: 0x20)
    for offset in 0..<bytes.count &- window { tail[offset] = bytes[window &+ offset] }
    // SAFETY: the array has 64 bytes.
    return unsafe tail.span.withUnsafeBufferPointer {
      unsafe tessera_classify_window($0.baseAddress!)
    }
  }
}
