import TensorKernels
import Tokens

/// Latents to tokens and tokens to codewords.
///
/// Sources: van den Oord et al. 2017, equation 2 (nearest codeword); Ramesh et al. 2021 and
/// taming-transformers' `GumbelQuantize` at inference (largest logit).
struct VectorQuantizer: Sendable {
  /// The rows that tokens stand for, all codewords or those in use: `[K, D]`.
  let rows: Parameter
  let search: TokenSearch
  private let codebook: Codebook

  /// Tokens lie in `0..<size`.
  var size: Int { rows.shape[0] }

  init(rows: Parameter, search: TokenSearch) throws(NetworkError) {
    self.rows = rows
    self.search = search
    codebook = try Codebook(rows: rows)
  }

  /// The codewords of a grid of tokens.
  func codewords(of grid: TokenGrid) throws(NetworkError) -> Tensor {
    try codebook.lookUp(grid.tokens, height: grid.height, width: grid.width)
  }
}
