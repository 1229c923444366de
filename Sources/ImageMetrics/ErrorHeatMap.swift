public import RasterImages

/// Where a reconstruction errs: each pixel's error as a colour of ``ColorMap``.
///
/// The error of a pixel is the root of the mean squared difference of its three channels, in
/// levels (0…255). The scale is fixed, not stretched to each picture, so that maps can be compared:
/// black is no error, pale yellow is ``saturation`` or more.
public struct ErrorHeatMap: Hashable, Sendable {
  /// The error shown in the brightest colour, in levels: 1…255.
  public let saturation: Int

  /// A map whose scale ends at `saturation` levels (1…255; anything else traps).
  public init(saturation: Int = 64) {
    precondition(
      (1...255).contains(saturation), "the scale ends at 1…255 levels, not at \(saturation)")
    self.saturation = saturation
  }

  /// Paints the error of `reconstruction` against `original`, in their size.
  ///
  /// - Throws: ``ImageMetricsError`` when the sizes differ.
  public func picture(
    of reconstruction: RasterImage, against original: RasterImage
  ) throws(ImageMetricsError) -> RasterImage {
    try requireEqualSizes(reconstruction, original)
    let table = colorsBySquaredError
    let first = original.pixels.span
    let second = reconstruction.pixels.span
    var pixels = [UInt8](repeating: 0, count: first.count)
    var target = pixels.mutableSpan
    var index = 0
    while index < first.count {
      var squares = 0
      for channel in 0..<3 {
        let difference = Int(first[index + channel]) - Int(second[index + channel])
        squares += difference * difference
      }
      let color = table[min(squares, table.count - 1)]
      target[index] = color.red
      target[index + 1] = color.green
      target[index + 2] = color.blue
      index += 3
    }
    return RasterImage(width: original.width, height: original.height, pixels: pixels)
  }

  /// The colour of a pixel error in levels.
  public func color(ofError error: Double) -> ColorMap.Color {
    ColorMap.color(at: error / Double(saturation))
  }

  /// Colours by the sum of a pixel's three squared differences, up to where the scale ends.
  private var colorsBySquaredError: [ColorMap.Color] {
    (0...3 * saturation * saturation).map { color(ofError: (Double($0) / 3).squareRoot()) }
  }
}
