public import RasterImages

/// SSIM of 8-bit RGB pictures: agreement of local mean, contrast and structure, at most 1.
///
/// An 11 × 11 Gaussian window (σ = 1.5, weights summing to 1) slides over each channel, wherever it
/// fits wholly inside the picture; local variances are population variances; K1 = 0.01,
/// K2 = 0.03, data range 255. The result is the mean over positions and channels: what
/// `skimage.metrics.structural_similarity(gaussian_weights=True, sigma=1.5,
/// use_sample_covariance=False, channel_axis=2, data_range=255)` returns after its border crop.
///
/// Source: Wang, Bovik, Sheikh, Simoncelli 2004, "Image quality assessment: from error visibility
/// to structural similarity", equation 13.
public enum StructuralSimilarity {
  /// Pixels per side of the Gaussian window; pictures must be at least this wide and high.
  public static let windowSize = 11
  static let sigma = 1.5
  /// Stabilize the two quotients: `(0.01 · 255)²` and `(0.03 · 255)²`.
  static let meanConstant = (0.01 * 255) * (0.01 * 255)
  static let varianceConstant = (0.03 * 255) * (0.03 * 255)

  /// The 11 weights of the separable window; they sum to 1.
  static let weights: [Double] = {
    let radius = windowSize / 2
    let raw = (-radius...radius).map { exponential(-Double($0 * $0) / (2 * sigma * sigma)) }
    let sum = raw.reduce(0, +)
    return raw.map { $0 / sum }
  }()

  /// The mean SSIM of two pictures; 1 when they are identical.
  ///
  /// - Throws: ``ImageMetricsError`` when the sizes differ or a side is shorter than
  ///   ``windowSize``.
  /// - Complexity: O(pixels), with about 90 multiplications per sample: the window is applied to
  ///   rows, then to columns. ``referenceMean(of:against:)`` is the same by the definition.
  public static func mean(
    of picture: RasterImage, against other: RasterImage
  ) throws(ImageMetricsError) -> Double {
    try requireWindow(picture, other)
    return SeparableSimilarity(picture, other).mean()
  }

  /// The definition, position by position: the slow oracle of ``mean(of:against:)``.
  ///
  /// - Throws: As ``mean(of:against:)``.
  package static func referenceMean(
    of picture: RasterImage, against other: RasterImage
  ) throws(ImageMetricsError) -> Double {
    try requireWindow(picture, other)
    let rows = picture.height - windowSize + 1
    let columns = picture.width - windowSize + 1
    var sum = 0.0
    for row in 0..<rows {
      for column in 0..<columns {
        for channel in 0..<3 {
          sum += similarity(picture, other, row: row, column: column, channel: channel)
        }
      }
    }
    return sum / Double(rows * columns * 3)
  }

  /// SSIM of the one window whose upper left pixel is (`row`, `column`).
  private static func similarity(
    _ picture: RasterImage, _ other: RasterImage, row: Int, column: Int, channel: Int
  ) -> Double {
    func expectation(_ value: (Double, Double) -> Double) -> Double {
      var sum = 0.0
      for y in 0..<windowSize {
        for x in 0..<windowSize {
          let index = ((row + y) * picture.width + column + x) * 3 + channel
          sum +=
            weights[y] * weights[x]
            * value(Double(picture.pixels[index]), Double(other.pixels[index]))
        }
      }
      return sum
    }
    let meanX = expectation { x, _ in x }
    let meanY = expectation { _, y in y }
    let varianceX = expectation { x, _ in (x - meanX) * (x - meanX) }
    let varianceY = expectation { _, y in (y - meanY) * (y - meanY) }
    let covariance = expectation { x, y in (x - meanX) * (y - meanY) }
    return (2 * meanX * meanY + meanConstant) * (2 * covariance + varianceConstant)
      / ((meanX * meanX + meanY * meanY + meanConstant)
        * (varianceX + varianceY + varianceConstant))
  }

  private static func requireWindow(
    _ picture: RasterImage, _ other: RasterImage
  ) throws(ImageMetricsError) {
    try requireEqualSizes(picture, other)
    guard min(picture.width, picture.height) >= windowSize else {
      throw ImageMetricsError(
        .smallerThanWindow(width: picture.width, height: picture.height, window: windowSize))
    }
  }
}
