package import RasterImages
package import TensorKernels
package import Tokens

/// The working part of every codec with a discrete code: two networks and the quantizer between
/// them. The public types differ in their architectures and in what else they can do.
package struct DiscreteAutoencoder: Sendable {
  package let identity: CodecIdentity
  let networks: CodecNetworks
  let quantizer: VectorQuantizer

  package var encoder: NetworkExecutor { networks.encoder }
  package var decoder: NetworkExecutor { networks.decoder }
  package var search: TokenSearch { quantizer.search }

  /// Reads every tensor once, for the digests and to see that all numbers are finite.
  init(_ networks: CodecNetworks, _ quantizer: VectorQuantizer) throws(CodecError) {
    self.networks = networks
    self.quantizer = quantizer
    identity = try networks.weights.identity(
      name: networks.name, codebook: quantizer.rows, patchSize: networks.patchSize)
  }

  /// ``ImageCodec/encode(_:)-(RasterImage)``
  func encode(_ image: RasterImage) throws(CodecError) -> TokenGrid {
    let latents = try networks.latents(of: image)
    let tokens = try passingErrors(of: identity.name) {
      try search.tokens(of: latents, threads: networks.options.threads).tokens
    }
    return TokenGrid(height: latents.height, width: latents.width, tokens: tokens)
  }

  /// ``ImageCodec/decode(_:)-(TokenGrid)``
  func decode(_ grid: TokenGrid) throws(CodecError) -> RasterImage {
    networks.picture(try output(of: grid))
  }

  /// The decoder's output for a grid before it becomes bytes, in the network's own range.
  func output(of grid: TokenGrid) throws(CodecError) -> Tensor {
    try output(of: codewords(of: grid))
  }

  /// The decoder's output for latents that need not be codewords.
  func output(of latents: Tensor) throws(CodecError) -> Tensor {
    try networks.output(of: latents, channels: quantizer.rows.shape[1])
  }

  /// What the encoder takes for a picture.
  package func input(_ image: RasterImage) -> Tensor { networks.input(image) }

  /// What the decoder takes for a grid: one item of `[h, w, D]`.
  ///
  /// - Throws: `emptyGrid`, `tokenOutOfRange`, and what reading the codebook throws.
  package func codewords(of grid: TokenGrid) throws(CodecError) -> Tensor {
    guard !grid.tokens.isEmpty else {
      throw CodecError(.emptyGrid(height: grid.height, width: grid.width), codec: identity.name)
    }
    let size = identity.codebookSize
    if let index = grid.tokens.firstIndex(where: { $0 < 0 || $0 >= size }) {
      throw CodecError(
        .tokenOutOfRange(token: Int(grid.tokens[index]), index: index, codebookSize: size),
        codec: identity.name)
    }
    return try passingErrors(of: identity.name) { try quantizer.codewords(of: grid) }
  }
}

/// A codec of this library with a discrete code.
package protocol DiscreteCodec: ImageCodec {
  /// Networks and quantizer.
  var autoencoder: DiscreteAutoencoder { get }
}
