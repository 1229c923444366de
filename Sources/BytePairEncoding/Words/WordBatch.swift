/// The words of about a kilobyte of text: where each begins and ends.
package struct WordBatch: ~Copyable {
  /// Bytes of text in a batch, a multiple of the scanner's window.
  static let textSize = 1024
  /// The most words in a batch: every byte a line feed, and one word from before.
  package static let capacity = textSize + 1

  // `append` writes ahead.
  private let starts = Block<Int>(count: capacity + 16)
  private let ends = Block<Int>(count: capacity + 16)
  private var startCount = 0
  /// Number of words.
  package private(set) var count = 0

  package init() {}

  /// Word `index` of `0..<count` as byte offsets.
  @inline(__always)
  package subscript(index: Int) -> Range<Int> {
    starts[index]..<ends[index]
  }

  /// Forgets all words.
  mutating func removeAll() { (startCount, count) = (0, 0) }

  /// Forgets all words but one that has begun and not yet ended.
  @inline(__always)
  mutating func removeComplete() {
    if startCount > count {
      starts[0] = starts[count]
      startCount = 1
    } else {
      startCount = 0
    }
    count = 0
  }

  /// Adds a beginning of a word for each bit of `startBits` and an end for each of `endBits`; bit 0
  /// stands for offset `base`.
  @inline(__always)
  mutating func append(_ startBits: UInt64, _ endBits: UInt64, _ base: Int) {
    var (startBits, endBits) = (startBits, endBits)
    var (start, end) = (startCount, count)
    startCount &+= startBits.nonzeroBitCount
    count &+= endBits.nonzeroBitCount
    // Eight at a time, whether there are so many or not: how many a window has cannot be predicted.
    repeat {
      for offset in 0..<8 {
        starts[start &+ offset] = base &+ startBits.trailingZeroBitCount
        ends[end &+ offset] = base &+ endBits.trailingZeroBitCount
        startBits &= startBits &- 1
        endBits &= endBits &- 1
      }
      start &+= 8
      end &+= 8
    } while startBits | endBits != 0
  }

  /// Ends the word that is open, if any, with the text.
  @inline(__always)
  mutating func close(at end: Int) {
    guard startCount > count else { return }
    ends[count] = end
    count &+= 1
  }
}
