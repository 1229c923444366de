public import RasterImages

/// How far a reconstruction is from its original: the numbers of one picture.
///
/// ```swift
/// let scores = try PictureScores(of: reconstruction, against: original)
/// print(scores.psnr, scores.ssim ?? .nan)
/// ```
public struct PictureScores: Hashable, Sendable {
  /// Mean squared error over all pixels and channels, in squared levels: 0…65025.
  public let meanSquaredError: Double
  /// Structural similarity, at most 1 (see ``StructuralSimilarity``); `nil` for a picture with a
  /// side shorter than the 11-pixel window, where it is not defined.
  public let ssim: Double?

  /// Peak signal-to-noise ratio in decibels, `.infinity` for identical pictures
  /// (see ``PeakSignalToNoiseRatio``).
  public var psnr: Double { PeakSignalToNoiseRatio.decibels(meanSquaredError: meanSquaredError) }

  /// Whether every byte of both pictures agrees.
  public var isIdentical: Bool { meanSquaredError == 0 }

  /// Measures `reconstruction` against `original`.
  ///
  /// Both metrics are symmetric; the names only say which picture is which.
  ///
  /// - Throws: ``ImageMetricsError`` when the sizes differ. A picture too small for SSIM is no
  ///   error here: its ``ssim`` is `nil`.
  public init(
    of reconstruction: RasterImage, against original: RasterImage
  ) throws(ImageMetricsError) {
    meanSquaredError = try PeakSignalToNoiseRatio.meanSquaredError(
      of: reconstruction, against: original)
    let window = StructuralSimilarity.windowSize
    ssim =
      min(original.width, original.height) < window
      ? nil : try StructuralSimilarity.mean(of: reconstruction, against: original)
  }

  /// Scores measured elsewhere, for instance read back from a report.
  public init(meanSquaredError: Double, ssim: Double?) {
    self.meanSquaredError = meanSquaredError
    self.ssim = ssim
  }
}
