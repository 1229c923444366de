public import TensorKernels
import Tokens

extension ImageCodec {
  /// The codewords: row k is what token k stands for.
  ///
  /// - Returns: 1 × `codebookSize` pixels with one channel for each dimension; nil for a codec of
  ///   another library, which keeps its codewords to itself.
  /// - Throws: ``CodecError`` when the weights cannot be read.
  public func codewords() throws(CodecError) -> Tensor? {
    guard let codec = self as? any DiscreteCodec else { return nil }
    return try codec.autoencoder.codewords(
      of: TokenGrid(height: 1, width: codebookSize, tokens: Array(0..<TokenID(codebookSize))))
  }
}
