public import TensorKernels
import Tokens

extension ImageCodec {
  /// The codewords: row k is what token k stands for.
  ///
  /// - Returns: 1 × `codebookSize` pixels with one channel for each dimension; nil for a codec of
  ///   another library, which keeps its codewords to itself.
  /// - Throws: ``CodecError`` when the weights cannot be read.
  public func codewords() throws(CodecError) -> Tensor? {
    let all = TokenGrid(
      height: 1, width: codebookSize, tokens: Array(0..<TokenID(codebookSize)))
    return try passingErrors(of: identity.name) {
      switch self {
      case let codec as VQGAN: try codec.quantizer.codewords(of: all)
      case let codec as DVAE:
        try codec.codebook.lookUp(all.tokens, height: 1, width: codebookSize)
      case let codec as HierarchicalVQVAE:
        try codec.codebook.lookUp(all.tokens, height: 1, width: codebookSize)
      default: nil
      }
    }
  }
}
