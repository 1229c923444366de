package import RasterImages
package import TensorKernels

/// What the layers of a codec compute, by their path in the checkpoint: laid beside the original
/// program's, it names the first layer that is wrong.
package struct LayerTrace {
  /// The values of every layer that the engine keeps in memory.
  package private(set) var layers: [String: Tensor] = [:]

  package init(
    _ executor: NetworkExecutor, input: Tensor, threads: Int = 1
  ) throws(CodecError) {
    var layers: [String: Tensor] = [:]
    _ = try passingErrors(of: nil) {
      try executor.run([input], threads: threads) { layers[$0] = $1 }
    }
    self.layers = layers
  }
}

extension KLAutoencoder {
  package func input(_ image: RasterImage) -> Tensor { networks.input(image) }
}
