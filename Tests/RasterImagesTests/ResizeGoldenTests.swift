import ByteCoding
import RasterImages
import TestSupport
import Testing

/// Our bytes against Pillow's, on noise of many sizes (`Fixtures/resize/pillow.tsv`).
struct ResizeGoldenTests {
  @Test("Resizing equals Pillow byte for byte")
  func pillow() throws {
    let rows = try Fixtures.table("resize/pillow.tsv")
    #expect(rows.count == 168)
    for row in rows {
      let filter = try #require(ResampleFilter(rawValue: row[0]))
      let gap = try #require(Double(row[1]))
      let seed = try #require(UInt64(row[2]))
      let resized = RasterImage.noise(try size(row[3]), seed: seed).resized(
        to: try size(row[4]), filter: filter, reducingGap: gap == 0 ? nil : gap)
      #expect(SHA256.hexadecimal(of: resized.pixels.span.bytes) == row[5], "\(row)")
    }
  }

  @Test("A resize to the same size changes nothing, a region counts as a crop")
  func regions() {
    let image = RasterImage.noise(PixelSize(width: 50, height: 40), seed: 5)
    let region = PixelRegion(x: 7, y: 3, size: PixelSize(width: 31, height: 29))
    for filter in ResampleFilter.allCases {
      #expect(image.resized(to: image.size, filter: filter) == image)
      #expect(
        image.resized(to: .square(16), filter: filter, region: region)
          == image.cropped(to: region).resized(to: .square(16), filter: filter))
    }
  }

  private func size(_ text: String) throws -> PixelSize {
    let sides = text.split(separator: "x").compactMap { Int($0) }
    try #require(sides.count == 2)
    return PixelSize(width: sides[0], height: sides[1])
  }
}
