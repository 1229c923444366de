import RasterImages

/// CMYK as Adobe writes it into JPEG files (255 = no ink) to RGB.
enum InvertedCMYK {
  /// - Parameter pixels: `width * height * 4` bytes, every channel inverted.
  /// - Returns: ink-free parts multiplied, rounded as in Pillow's `convert("RGB")`.
  static func picture(_ pixels: [UInt8], width: Int, height: Int) -> RasterImage {
    var result = [UInt8](repeating: 0, count: width * height * 3)
    let source = pixels.span
    var destination = result.mutableSpan
    for pixel in 0..<width * height {
      let light = UInt32(source[4 * pixel + 3])
      for channel in 0..<3 {
        let ink = UInt32(255 - source[4 * pixel + channel])
        let product = ink * light + 128
        let absorbed = ((product >> 8) + product) >> 8
        destination[3 * pixel + channel] = UInt8(clamping: Int(light) - Int(absorbed))
      }
    }
    return RasterImage(width: width, height: height, pixels: result)
  }
}
