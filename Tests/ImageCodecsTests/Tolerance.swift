import ImageCodecs
import TensorKernels

/// The tolerances of `docs/accuracy.md`, each with its reason there.
enum Tolerance {
  /// The arithmetics that every golden test is run with.
  static let policies: [CodecOptions.Policy] = [.exact, .balanced]

  /// Decoder outputs in the network's own range, for codewords, with every policy.
  static let reconstruction: Float = 1e-4

  /// Decoder outputs for latents that are no codewords.
  static let continuousReconstruction: Float = 5e-4
  /// Latents before quantization.
  static let latent: Float = 1e-4
  /// Layer activations, relative to the largest sampled value of the layer (at least 1).
  static let layer: Float = 1e-4
}
