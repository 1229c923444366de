public import RasterImages
public import Tokens

/// A picture codec with a discrete code: pictures to token grids and back.
///
/// Every codec is a value that can be used from several threads at once. Encoding is
/// deterministic: the same picture gives the same tokens alone or in a batch, on any number of
/// threads.
public protocol ImageCodec: Sendable {
  /// Name, digests and sizes: what a token file records and a decoder must match.
  var identity: CodecIdentity { get }

  /// The policy and threads this codec was made with.
  var options: CodecOptions { get }

  /// How the codec's original program prepares its pictures.
  var defaultRecipe: PreprocessingRecipe { get }

  /// Replaces a picture by the indices of its codewords.
  ///
  /// - Parameter image: RGB, already resized and cropped by a preprocessing recipe; height and
  ///   width are positive multiples of ``patchSize``.
  /// - Returns: A grid of `image.height / patchSize` × `image.width / patchSize` tokens in
  ///   `0..<codebookSize`.
  /// - Throws: ``CodecError`` when the size does not fit, or weights cannot be read.
  func encode(_ image: RasterImage) throws(CodecError) -> TokenGrid

  /// Paints the picture that a token grid stands for.
  ///
  /// - Parameter grid: Tokens in `0..<codebookSize`, at least one.
  /// - Returns: `grid.height * patchSize` × `grid.width * patchSize` pixels; twice that for a codec
  ///   whose decoder enlarges (`sber-f8-dwt`). Rounded as the codec's original program rounds.
  /// - Throws: ``CodecError`` for an empty grid or a token outside the codebook.
  func decode(_ grid: TokenGrid) throws(CodecError) -> RasterImage
}

extension ImageCodec {
  /// Number of codewords; tokens lie in `0..<codebookSize`.
  public var codebookSize: Int { identity.codebookSize }

  /// Pixels per token side of the pictures that ``encode(_:)-(RasterImage)`` takes: 8 for f8.
  public var patchSize: Int { identity.patchSize }

  /// Encodes a batch. The tokens equal those of encoding each picture alone.
  ///
  /// - Parameter images: Any number of pictures, each of any size that a single one may have.
  public func encode(_ images: [RasterImage]) throws(CodecError) -> [TokenGrid] {
    var grids: [TokenGrid] = []
    for image in images { grids.append(try encode(image)) }
    return grids
  }

  /// Decodes a batch. The pictures equal those of decoding each grid alone.
  public func decode(_ grids: [TokenGrid]) throws(CodecError) -> [RasterImage] {
    var images: [RasterImage] = []
    for grid in grids { images.append(try decode(grid)) }
    return images
  }
}
