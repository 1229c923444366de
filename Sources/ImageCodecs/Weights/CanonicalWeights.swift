import Checkpoints
import TensorKernels
import Tokens

/// The tensors that a codec uses, by canonical name: what its identity covers and what a converted
/// file holds.
struct CanonicalWeights: Sendable {
  let tensors: [String: CheckpointTensor]

  init(_ tensors: [String: CheckpointTensor]) { self.tensors = tensors }

  var parameterCount: Int { tensors.values.reduce(0) { $0 + $1.elementCount } }

  /// Reads every tensor once.
  func identity(
    name: String, codebook: Parameter, patchSize: Int
  ) throws(CodecError) -> CodecIdentity {
    try passingErrors(of: name) {
      CodecIdentity(
        name: name, weightsDigest: try WeightDigest.weights(tensors),
        codebookSize: codebook.shape[0],
        codebookDigest: WeightDigest.codebook(try codebook.load()), patchSize: patchSize)
    }
  }
}
