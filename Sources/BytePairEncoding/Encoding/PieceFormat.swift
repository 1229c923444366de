package import Tokens

/// What a piece of a word looks like in the output.
package protocol PieceFormat {
  associatedtype Element: BitwiseCopyable

  /// Appends a token.
  func write(_ id: TokenID, to output: inout GrowingBlock<Element>)
  /// Appends a run of characters that the model does not know; `unknown` may contain invalid UTF-8,
  /// which is not part of the run.
  func write(unknown: Span<UInt8>, to output: inout GrowingBlock<Element>)
}

/// Ids as integers.
struct IDFormat: PieceFormat {
  let unknownID: TokenID

  @inline(__always)
  func write(_ id: TokenID, to output: inout GrowingBlock<TokenID>) { output.append(id) }

  func write(unknown: Span<UInt8>, to output: inout GrowingBlock<TokenID>) {
    output.append(unknownID)
  }
}

/// Ids as decimal text, each followed by a space.
package struct DecimalFormat: PieceFormat {
  let unknownID: TokenID

  package init(unknownID: TokenID) { self.unknownID = unknownID }

  @inline(__always)
  package func write(_ id: TokenID, to output: inout GrowingBlock<UInt8>) {
    // No id of a model has more than eight digits.
    precondition(id >= 0 && id < 100_000_000)
    let digits = Self.digits(UInt64(UInt32(bitPattern: id)))
    // Of "00000000" the last zero stays.
    let zeros = min(digits.trailingZeroBitCount, 56) & ~7
    let count = 8 &- zeros / 8
    var words = ElementWords()
    words.words.0 = ((digits | 0x3030_3030_3030_3030) &>> UInt64(zeros)).littleEndian
    if count < 8 {
      words.words.0 |= (UInt64(0x20) &<< UInt64(8 &* count)).littleEndian
    } else {
      words.words.1 = UInt64(0x20).littleEndian
    }
    output.append(words, count: count &+ 1)
  }

  package func write(unknown: Span<UInt8>, to output: inout GrowingBlock<UInt8>) {
    write(unknownID, to: &output)
  }

  /// The eight decimal digits of a number as the values of bytes, the first in the lowest byte.
  ///
  /// Halves the number of digits per part three times, all parts at once; the divisions are
  /// multiplications that are exact in the ranges that occur.
  @inline(__always)
  static func digits(_ value: UInt64) -> UInt64 {
    let fours = value / 10_000 | (value % 10_000) << 32
    let tops = (fours &* 10_486) >> 20 & 0x7F_0000_007F
    let twos = tops | (fours &- 100 &* tops) << 16
    let tens = (twos &* 103) >> 10 & 0x000F_000F_000F_000F
    return tens | (twos &- 10 &* tens) << 8
  }
}

/// Tokens as their strings, each followed by a space; unknown characters stand for themselves.
struct SubwordFormat: PieceFormat {
  let vocabulary: Vocabulary

  func write(_ id: TokenID, to output: inout GrowingBlock<UInt8>) {
    for byte in vocabulary.bytes(of: id) { output.append(byte) }
    output.append(0x20)
  }

  func write(unknown: Span<UInt8>, to output: inout GrowingBlock<UInt8>) {
    for byte in UTF8Text.valid(unknown) { output.append(byte) }
    output.append(0x20)
  }
}
