package import RasterImages

extension RasterImage {
  /// Independent uniform bytes.
  package static func noise(_ size: PixelSize, seed: UInt64) -> RasterImage {
    var generator = SeededGenerator(seed: seed)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(size.width * size.height * 3)
    while pixels.count < size.width * size.height * 3 {
      let word = generator.next()
      for byte in 0..<min(8, size.width * size.height * 3 - pixels.count) {
        pixels.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(byte))))
      }
    }
    return RasterImage(width: size.width, height: size.height, pixels: pixels)
  }

  /// Red grows to the right, green downwards, blue along the diagonal.
  package static func gradient(_ size: PixelSize) -> RasterImage {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(size.width * size.height * 3)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let across = 255 * x / max(1, size.width - 1)
        let down = 255 * y / max(1, size.height - 1)
        pixels += [UInt8(across), UInt8(down), UInt8((across + down) / 2)]
      }
    }
    return RasterImage(width: size.width, height: size.height, pixels: pixels)
  }
}
