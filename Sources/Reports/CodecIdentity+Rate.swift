import Tokens

extension CodecIdentity {
  /// Bits of one token at a fixed width: ⌈log2(codebookSize)⌉, 0 for a single codeword.
  var bitsPerToken: Int {
    codebookSize < 2 ? 0 : Int.bitWidth - (codebookSize - 1).leadingZeroBitCount
  }

  /// Fixed-width bits of one picture's tokens over its pixels.
  func bitsPerPixel(_ record: PictureRecord) -> Double {
    Double(record.tokenCount * bitsPerToken) / Double(record.pixelCount)
  }
}
