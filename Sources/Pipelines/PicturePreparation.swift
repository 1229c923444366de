public import Datasets
public import ImageFiles
public import RasterImages

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

  /// Decodes and prepares one picture.
  ///
  /// Memory: three bytes per pixel of the picture, twice that while it is turned, and what its
  /// decoder takes: up to six more per pixel of a progressive JPEG.
  ///
  /// - Returns: The picture at ``size``, and the size it had before.
  /// - Throws: A reject of stage `decode` or `prepare`.
  public func prepare(
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

  /// Decodes and prepares one picture when there is room for its pixels.
  func prepare(
    _ sample: LoadedSample, within budget: PixelBudget
  ) throws(SampleReject) -> (picture: RasterImage, sourceSize: PixelSize) {
    // A header that cannot be read is refused with its reason when the picture is decoded.
    let size = (try? ImageFile.probe(sample.bytes, options: decoding))?.storedSize
    return try budget.hold(size.map { $0.width * $0.height } ?? 0) { () throws(SampleReject) in
      try prepare(sample)
    }
  }
}
