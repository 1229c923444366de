import Checkpoints
import TensorKernels

extension VectorQuantizer {
  /// The quantizer of a VQ-GAN, whose codebook may have been cut to the codewords in use.
  init(
    _ configuration: VQGANConfiguration, _ weights: WeightLedger, policy: Policy
  ) throws {
    let all = weights.parameter(
      VQGANConfiguration.codebookName(configuration.quantizer),
      [configuration.codewordCount, configuration.codewordDimension])
    let rows = configuration.remappedCount.map { Self.kept($0, of: all, weights) } ?? all
    let matrix: Parameter
    let criterion: TokenSearch.Criterion
    switch configuration.quantizer {
    case .nearestCodeword:
      (matrix, criterion) = (rows, .nearestCodeword)
    case .gumbel:
      let size = rows.shape[0]
      matrix = weights.parameter(
        "quantize.proj.weight", [size, configuration.quantizedChannels, 1, 1])
      criterion = .largestLogit(bias: weights.parameter("quantize.proj.bias", [size]))
    }
    try self.init(
      rows: rows, search: TokenSearch(matrix: matrix, criterion: criterion, policy: policy))
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
}
