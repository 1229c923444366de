import Foundation
import ImageFiles
import RasterImages
import TestSupport
import Testing

/// The demonstration pictures are what their README says, and decode to something worth showing.
struct DemonstrationPicturesTests {
  @Test(
    "Each demonstration picture has its format, its size and some detail",
    arguments: [
      ("spheres.png", ImageFormat.png, PixelSize(width: 768, height: 512), Orientation.upright),
      ("night/spheres.jpg", .jpeg, PixelSize(width: 720, height: 480), .upright),
      ("oranges.jpg", .jpeg, PixelSize(width: 480, height: 640), .rotated90),
      ("mountains.webp", .webp, PixelSize(width: 800, height: 528), .upright),
      ("materials.webp", .webp, PixelSize(width: 768, height: 516), .upright),
      ("mosaic.jpg", .jpeg, PixelSize(width: 640, height: 640), .upright),
      ("press.jpg", .jpeg, PixelSize(width: 640, height: 448), .upright),
      ("specimen.png", .png, PixelSize(width: 720, height: 540), .upright),
      ("zone-plate.png", .png, PixelSize(width: 512, height: 512), .upright),
    ])
  func picture(
    name: String, format: ImageFormat, size: PixelSize, orientation: Orientation
  ) throws {
    let bytes = try Fixtures.bytes("pictures/\(name)")
    let info = try ImageFile.probe(bytes)
    #expect(info.format == format)
    #expect(info.orientation == orientation)
    #expect(info.hasAlpha == (name == "specimen.png"))
    let image = try ImageFile.decode(bytes)
    #expect(image.size == size)
    #expect(Set(image.pixels).count > 100)
  }
}
