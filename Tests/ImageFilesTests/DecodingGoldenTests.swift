import ByteCoding
import ImageFiles
import RasterImages
import TestSupport
import Testing

/// Every variant of every format against the digest of its pixels (`Fixtures/images/decoded.tsv`).
struct DecodingGoldenTests {
  @Test("Each fixture decodes to the listed pixels")
  func listed() throws {
    let rows = try Fixtures.table("images/decoded.tsv")
    #expect(rows.count == 83)
    for row in rows {
      var options = ImageDecodingOptions()
      options.alpha = try #require(ImageDecodingOptions.AlphaRule(rawValue: row[1]))
      let bytes = try Fixtures.bytes("images/accept/\(row[0])")
      let info = try ImageFile.probe(bytes)
      let image = try ImageFile.decode(bytes, options: options)
      #expect(image.size.description == row[2], "\(row[0])")
      #expect(info.size == image.size, "\(row[0])")
      #expect(SHA256.hexadecimal(of: image.pixels.span.bytes) == row[3], "\(row[0]), \(row[1])")
    }
  }

  @Test("Orientation can be left alone", arguments: 1...8)
  func orientation(value: Int) throws {
    let bytes = try Fixtures.bytes("images/accept/exif\(value).jpg")
    var options = ImageDecodingOptions()
    options.appliesOrientation = false
    let stored = try ImageFile.decode(bytes, options: options)
    let orientation = try #require(Orientation(rawValue: value))
    #expect(try ImageFile.probe(bytes).orientation == orientation)
    #expect(stored.size == PixelSize(width: 40, height: 24))
    #expect(try ImageFile.decode(bytes) == stored.oriented(orientation))
  }
}
