/// The obvious resampler: one loop per pass, kept as the oracle of the fast one.
enum ReferenceResampler {
  /// Applies the horizontal pass, then the vertical one, each rounded to bytes.
  ///
  /// - Parameters:
  ///   - image: The source.
  ///   - horizontal: Weights across, or nil when columns stay as they are.
  ///   - vertical: Weights down, or nil when rows stay as they are.
  static func resample(
    _ image: RasterImage, horizontal: ResampleAxis?, vertical: ResampleAxis?
  ) -> RasterImage {
    var result = image
    if let horizontal {
      result = pass(
        result, along: horizontal, step: 3, lineStep: result.width * 3, lines: result.height)
    }
    if let vertical {
      result = pass(
        result, along: vertical, step: result.width * 3, lineStep: 3, lines: result.width)
    }
    return result
  }

  /// Resamples every line of one axis: `step` bytes lie between the pixels of a line, `lineStep`
  /// between lines.
  private static func pass(
    _ image: RasterImage, along axis: ResampleAxis, step: Int, lineStep: Int, lines: Int
  ) -> RasterImage {
    let isHorizontal = step == 3
    let width = isHorizontal ? axis.outputCount : image.width
    let height = isHorizontal ? image.height : axis.outputCount
    let outputStep = isHorizontal ? 3 : width * 3
    let outputLineStep = isHorizontal ? width * 3 : 3
    var result = [UInt8](repeating: 0, count: width * height * 3)
    for line in 0..<lines {
      for output in 0..<axis.outputCount {
        for channel in 0..<3 {
          var sum: Int32 = 1 << (ResampleAxis.fractionBits - 1)
          for tap in 0..<Int(axis.counts[output]) {
            let source = (Int(axis.starts[output]) + tap) * step + line * lineStep + channel
            sum += axis.weights[output * axis.tapCount + tap] * Int32(image.pixels[source])
          }
          result[output * outputStep + line * outputLineStep + channel] = UInt8(
            clamping: sum >> ResampleAxis.fractionBits)
        }
      }
    }
    return RasterImage(width: width, height: height, pixels: result)
  }
}
