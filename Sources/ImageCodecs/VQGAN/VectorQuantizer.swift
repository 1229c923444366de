import Checkpoints
import TensorKernels
import Tokens

/// Latents to tokens and tokens to codewords.
///
/// Sources: van den Oord et al. 2017, equation 2 (nearest codeword); Ramesh et al. 2021 and
/// taming-transformers' `GumbelQuantize` at inference (largest logit).
struct VectorQuantizer: Sendable {
  /// Tokens lie in `0..<size`.
  let size: Int
  /// The rows that tokens stand for: all codewords, or those in use.
  let rows: Parameter
  let search: TokenSearch
  private let codebook: Codebook

  init(
    _ configuration: VQGANConfiguration, _ weights: WeightLedger, policy: Policy
  ) throws {
    let all = weights.parameter(
      VQGANConfiguration.codebookName(configuration.quantizer),
      [configuration.codewordCount, configuration.codewordDimension])
    rows = configuration.remappedCount.map { Self.kept($0, of: all, weights) } ?? all
    size = rows.shape[0]
    codebook = try Codebook(rows: rows)
    switch configuration.quantizer {
    case .nearestCodeword:
      search = try TokenSearch(matrix: rows, criterion: .nearestCodeword, policy: policy)
    case .gumbel:
      search = try TokenSearch(
        matrix: weights.parameter(
          "quantize.proj.weight", [size, configuration.quantizedChannels, 1, 1]),
        criterion: .largestLogit(bias: weights.parameter("quantize.proj.bias", [size])),
        policy: policy)
    }
  }

  /// The codewords that a remapped codebook keeps (`quantize.used`), in that order.
  ///
  /// A latent whose nearest codeword is not kept gets a random token in the original; here the
  /// nearest of the kept ones, which is the same wherever the original is not random.
  private static func kept(
    _ count: Int, of all: Parameter, _ weights: WeightLedger
  ) -> Parameter {
    _ = weights.parameter("quantize.used", [count])
    let (size, dimension) = (all.shape[0], all.shape[1])
    guard let used = weights.tensors["quantize.used"],
      let rows = weights.tensors[all.name]
    else { return all }
    return Parameter(name: "\(all.name)[used]", shape: [count, dimension]) {
      let values = try rows.floats()
      return try used.integers().enumerated().flatMap { position, index in
        guard index >= 0, index < size else {
          throw CodecError(
            .tokenOutOfRange(
              token: Int(clamping: index), index: position, codebookSize: size))
        }
        return values[Int(index) * dimension..<(Int(index) + 1) * dimension]
      }
    }
  }

  /// The token of every latent, lowest on ties; and, when asked, by how much it won.
  func tokens(
    of latents: Tensor, threads: Int, gaps: Bool = false
  ) throws(NetworkError) -> TokenSearch.Result {
    try search.tokens(of: latents, threads: threads, gaps: gaps)
  }

  /// The codewords of a grid of tokens.
  func codewords(of grid: TokenGrid) throws(NetworkError) -> Tensor {
    try codebook.lookUp(grid.tokens, height: grid.height, width: grid.width)
  }
}
