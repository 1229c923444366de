import RasterImages

/// Makes an RGB picture of RGBA bytes.
enum AlphaBlending {
  /// - Parameters:
  ///   - pixels: `width * height * 4` bytes, alpha not multiplied in.
  ///   - rule: What to do with alpha.
  static func flatten(
    _ pixels: [UInt8], width: Int, height: Int, rule: ImageDecodingOptions.AlphaRule
  ) -> RasterImage {
    var result = [UInt8](repeating: 0, count: width * height * 3)
    let source = pixels.span
    var destination = result.mutableSpan
    for pixel in 0..<width * height {
      let alpha = UInt32(source[4 * pixel + 3])
      for channel in 0..<3 {
        let colour = UInt32(source[4 * pixel + channel])
        // The quotient is rounded to nearest; 255 is odd, so there are no ties.
        let blended = (colour * alpha + 127) / 255
        let value =
          switch rule {
          case .white: blended + 255 - alpha
          case .black: blended
          case .drop: colour
          }
        destination[3 * pixel + channel] = UInt8(truncatingIfNeeded: value)
      }
    }
    return RasterImage(width: width, height: height, pixels: result)
  }
}
