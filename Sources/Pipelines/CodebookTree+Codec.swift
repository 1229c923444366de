public import ImageCodecs
import TensorKernels
public import TokenFiles

extension CodebookTree {
  /// Builds the tree along which the tokens of `codec` are coded compactly.
  ///
  /// The same codec gives the same tree, on every machine.
  ///
  /// - Returns: nil for a codec without a codebook.
  /// - Complexity: See ``CodebookTree/init(codewords:dimension:)``.
  public init?(of codec: any ImageCodec) throws(CodecError) {
    guard let codewords = try codec.codewords() else { return nil }
    self.init(codewords: codewords.values, dimension: codewords.channels)
  }
}
