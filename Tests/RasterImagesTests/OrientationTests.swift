import RasterImages
import Testing

struct OrientationTests {
  /// Each turn of a 3 × 2 picture whose pixels are numbered 1 to 6, row by row.
  @Test(
    "Every orientation turns as the Exif standard draws it",
    arguments: [
      (Orientation.upright, [[1, 2, 3], [4, 5, 6]]), (.mirrored, [[3, 2, 1], [6, 5, 4]]),
      (.rotated180, [[6, 5, 4], [3, 2, 1]]), (.flipped, [[4, 5, 6], [1, 2, 3]]),
      (.transposed, [[1, 4], [2, 5], [3, 6]]), (.rotated90, [[4, 1], [5, 2], [6, 3]]),
      (.transversed, [[6, 3], [5, 2], [4, 1]]), (.rotated270, [[3, 6], [2, 5], [1, 4]]),
    ] as [(Orientation, [[UInt8]])])
  func turns(orientation: Orientation, expected: [[UInt8]]) {
    let image = RasterImage(
      width: 3, height: 2, pixels: (1...6).flatMap { [UInt8($0), UInt8(10 * $0), 0] })
    let turned = image.oriented(orientation)
    #expect(turned.size == orientation.applied(to: image.size))
    #expect(turned.size == PixelSize(width: expected[0].count, height: expected.count))
    #expect(turned.pixels == expected.joined().flatMap { [$0, 10 * $0, 0] })
  }

  @Test("Cropping takes the pixels inside")
  func crop() {
    let image = RasterImage(width: 3, height: 2, pixels: (1...18).map { UInt8($0) })
    let part = image.cropped(to: PixelRegion(x: 1, y: 1, size: PixelSize(width: 2, height: 1)))
    #expect(part == RasterImage(width: 2, height: 1, pixels: [13, 14, 15, 16, 17, 18]))
  }

  @Test("Reducing takes rounded means, of what is there at the edges")
  func reduce() {
    let image = RasterImage(
      width: 3, height: 2, pixels: [1, 0, 0, 2, 0, 0, 9, 0, 0, 3, 0, 0, 5, 0, 0, 10, 0, 0])
    let reduced = image.reduced(horizontal: 2, vertical: 2)
    #expect(reduced == RasterImage(width: 2, height: 1, pixels: [3, 0, 0, 10, 0, 0]))
  }
}
