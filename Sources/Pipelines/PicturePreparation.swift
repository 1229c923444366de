public import Datasets
public import ImageFiles
public import RasterImages
import Synchronization

/// From a picture file's bytes to the picture that the codec sees.
public struct PicturePreparation: Hashable, Sendable {
  /// What is done to reach ``size``.
  public var recipe: PreprocessingRecipe
  /// The size that the codec sees.
  public var size: PixelSize
  /// How files are decoded.
  public var decoding: ImageDecodingOptions

  /// Makes a preparation.
  public init(
    recipe: PreprocessingRecipe, size: PixelSize, decoding: ImageDecodingOptions = .init()
  ) {
    self.recipe = recipe
    self.size = size
    self.decoding = decoding
  }

  /// The choices beside recipe and size that change pixels, for a token file's header.
  public var recordedOptions: [String: String] {
    [
      "orientation": decoding.appliesOrientation ? "applied" : "ignored",
      "alpha": decoding.alpha.rawValue,
      "truncated": decoding.acceptsTruncated ? "accepted" : "rejected",
    ]
  }

  /// Pictures of more pixels than this are held one at a time, whatever the number of threads: at
  /// the default limit of 256 megapixels each takes 768 MB.
  static let largePixelCount = 32_000_000
  private static let largePictures = Mutex(())

  /// Decodes and prepares one picture.
  ///
  /// Memory: three bytes per pixel of the picture, twice that while it is turned.
  ///
  /// - Returns: The picture at ``size``, and the size it had before.
  /// - Throws: A reject of stage `decode` or `prepare`.
  public func prepare(
    _ sample: LoadedSample
  ) throws(SampleReject) -> (picture: RasterImage, sourceSize: PixelSize) {
    // A header that cannot be read is refused with its reason below.
    let size = (try? ImageFile.probe(sample.bytes, options: decoding))?.storedSize
    guard let size, size.width * size.height > Self.largePixelCount else {
      return try decode(sample)
    }
    return try Self.largePictures.withLock { _ throws(SampleReject) in try decode(sample) }
  }

  private func decode(
    _ sample: LoadedSample
  ) throws(SampleReject) -> (picture: RasterImage, sourceSize: PixelSize) {
    let decoded: RasterImage
    do {
      decoded = try ImageFile.decode(sample.bytes, options: decoding)
    } catch {
      throw SampleReject(
        key: sample.key, stage: .decode, code: error.code, message: "\(error)")
    }
    do {
      return (try recipe.apply(to: decoded, size: size), decoded.size)
    } catch {
      throw SampleReject(
        key: sample.key, stage: .prepare, code: error.code, message: "\(error)")
    }
  }
}
