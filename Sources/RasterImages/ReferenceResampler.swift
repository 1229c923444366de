/// The obvious resampler: one loop per pass, kept as the oracle of the fast one.
package enum ReferenceResampler {
  package static func resample(_ image: RasterImage, by plan: Resampler) -> RasterImage {
    let part = image.cropped(to: plan.region)
    return plan.takesRowsFirst
      ? across(down(part, plan.vertical), plan.horizontal)
      : down(across(part, plan.horizontal), plan.vertical)
  }

  private static func across(_ image: RasterImage, _ axis: ResampleAxis?) -> RasterImage {
    guard let axis else { return image }
    return pass(image, axis, size: PixelSize(width: axis.outputCount, height: image.height)) {
      x, y, tap in (Int(axis.starts[x]) + tap, y, x)
    }
  }

  private static func down(_ image: RasterImage, _ axis: ResampleAxis?) -> RasterImage {
    guard let axis else { return image }
    return pass(image, axis, size: PixelSize(width: image.width, height: axis.outputCount)) {
      x, y, tap in (x, Int(axis.starts[y]) + tap, y)
    }
  }

  /// - Parameter locate: The source column, the source row and the output index along the axis of
  ///   one tap of one output pixel.
  private static func pass(
    _ image: RasterImage, _ axis: ResampleAxis, size: PixelSize,
    locate: (_ x: Int, _ y: Int, _ tap: Int) -> (x: Int, y: Int, output: Int)
  ) -> RasterImage {
    var result: [UInt8] = []
    result.reserveCapacity(size.width * size.height * 3)
    for y in 0..<size.height {
      for x in 0..<size.width {
        for channel in 0..<3 {
          var sum: Int32 = 1 << (ResampleAxis.fractionBits - 1)
          for tap in 0..<Int(axis.counts[locate(x, y, 0).output]) {
            let source = locate(x, y, tap)
            let pixel = image.pixels[(source.y * image.width + source.x) * 3 + channel]
            sum += axis.weights[source.output * axis.tapCount + tap] * Int32(pixel)
          }
          result.append(UInt8(clamping: sum >> ResampleAxis.fractionBits))
        }
      }
    }
    return RasterImage(width: size.width, height: size.height, pixels: result)
  }
}
