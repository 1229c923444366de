public import ImageMetrics
public import RasterImages
public import Tokens

/// One picture before and after the codec, measured: what a report is fed with.
///
/// Making one does the measuring, so that it can happen on any thread; appending it to a
/// ``CodecSection`` is quick by comparison.
public struct ReconstructedPicture: Sendable {
  /// The sample's key, as in the token file.
  public let key: String
  /// The sample's caption, of which the page shows the beginning; `nil` when it has none.
  public let caption: String?
  /// The picture the codec saw: after crop and resize.
  public let original: RasterImage
  /// What the codec made of its own tokens.
  public let reconstruction: RasterImage
  /// The tokens between the two.
  public let tokens: TokenGrid
  /// The numbers.
  public let scores: PictureScores

  /// Measures `reconstruction` against `original`.
  ///
  /// - Throws: ``ReportError`` when the two differ in size.
  public init(
    key: String, caption: String? = nil, original: RasterImage, reconstruction: RasterImage,
    tokens: TokenGrid
  ) throws(ReportError) {
    do throws(ImageMetricsError) {
      scores = try PictureScores(of: reconstruction, against: original)
    } catch {
      throw ReportError(reason: .notMeasured(error), key: key)
    }
    self.key = key
    self.caption = caption
    self.original = original
    self.reconstruction = reconstruction
    self.tokens = tokens
  }
}
