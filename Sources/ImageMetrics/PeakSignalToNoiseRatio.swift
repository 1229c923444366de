public import RasterImages

/// PSNR of 8-bit RGB pictures: `10 · log10(255² / MSE)`, in decibels.
///
/// The mean squared error runs over all pixels and all three channels together, as
/// `skimage.metrics.peak_signal_noise_ratio(data_range=255)` does for a colour picture.
public enum PeakSignalToNoiseRatio {
  /// Largest possible difference of two samples: 255 levels.
  public static let dataRange = 255.0

  /// The mean of the squared differences, in squared levels: 0…65025.
  ///
  /// The sum is exact (an integer), so the result does not depend on the order of summation.
  ///
  /// - Throws: ``ImageMetricsError`` when the sizes differ.
  public static func meanSquaredError(
    of picture: RasterImage, against other: RasterImage
  ) throws(ImageMetricsError) -> Double {
    try requireEqualSizes(picture, other)
    let first = picture.pixels.span
    let second = other.pixels.span
    var sum: UInt64 = 0
    var start = 0
    while start < first.count {
      // 32-bit partial sums vectorize; 4096 squares of at most 255² fit easily.
      let end = min(start + 4096, first.count)
      var partial: UInt32 = 0
      for index in start..<end {
        let difference = Int32(first[index]) &- Int32(second[index])
        partial &+= UInt32(bitPattern: difference &* difference)
      }
      sum += UInt64(partial)
      start = end
    }
    return Double(sum) / Double(first.count)
  }

  /// The PSNR of a mean squared error, in decibels; `.infinity` for 0 (identical pictures).
  public static func decibels(meanSquaredError: Double) -> Double {
    meanSquaredError == 0
      ? .infinity : 10 * decimalLogarithm(dataRange * dataRange / meanSquaredError)
  }

  /// The PSNR of two pictures, in decibels; `.infinity` when they are identical.
  ///
  /// - Throws: ``ImageMetricsError`` when the sizes differ.
  public static func decibels(
    of picture: RasterImage, against other: RasterImage
  ) throws(ImageMetricsError) -> Double {
    decibels(meanSquaredError: try meanSquaredError(of: picture, against: other))
  }
}

/// Every metric here compares pixel with pixel.
func requireEqualSizes(
  _ picture: RasterImage, _ other: RasterImage
) throws(ImageMetricsError) {
  guard picture.width == other.width, picture.height == other.height else {
    throw ImageMetricsError(
      .sizesDiffer(
        width: picture.width, height: picture.height,
        otherWidth: other.width, otherHeight: other.height))
  }
}
