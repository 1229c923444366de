import RasterImages
import TestSupport

/// A uint8 `[height, width, 3]` array as a picture.
func picture(fixture path: String) throws -> RasterImage {
  let array = try NumPyArray(fixture: path)
  return RasterImage(width: array.shape[1], height: array.shape[0], pixels: array.bytes)
}

func flatPicture(width: Int, height: Int, level: UInt8) -> RasterImage {
  RasterImage(
    width: width, height: height, pixels: [UInt8](repeating: level, count: width * height * 3))
}

/// A smooth random walk, or plain noise, so that local statistics vary.
func randomPicture(
  width: Int, height: Int, using generator: inout SeededGenerator
) -> RasterImage {
  let smooth = Bool.random(using: &generator)
  var level = 128
  let pixels = (0..<width * height * 3).map { _ in
    let next = Int.random(in: 0...255, using: &generator)
    level = smooth ? min(255, max(0, level + next % 21 - 10)) : next
    return UInt8(level)
  }
  return RasterImage(width: width, height: height, pixels: pixels)
}
