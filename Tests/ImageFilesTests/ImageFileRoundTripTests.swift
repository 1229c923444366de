import ImageFiles
import RasterImages
import TestSupport
import Testing

struct ImageFileRoundTripTests {
  static let sizes = [
    PixelSize.square(1), PixelSize(width: 1, height: 17), PixelSize(width: 33, height: 1),
    PixelSize(width: 61, height: 47),
  ]

  @Test("PNG and lossless WebP give back what was written", arguments: sizes)
  func lossless(size: PixelSize) throws {
    let image = RasterImage.noise(size, seed: 7)
    for encoding in [ImageEncoding.png(), .png(level: 0), .webp] {
      let bytes = try ImageFile.encode(image, as: encoding)
      #expect(try ImageFile.decode(bytes) == image)
      #expect(try ImageFile.probe(bytes).size == size)
      #expect(try ImageFile.probe(bytes).format == encoding.format)
      #expect(try ImageFile.encode(image, as: encoding) == bytes, "the same bytes every time")
    }
  }

  @Test("A smooth picture survives JPEG within a few levels")
  func lossy() throws {
    let image = RasterImage.gradient(PixelSize(width: 40, height: 24))
    for quality in [50, 75, 95] {
      let bytes = try ImageFile.encode(image, as: .jpeg(quality: quality))
      let back = try ImageFile.decode(bytes)
      let worst = zip(image.pixels, back.pixels).map { abs(Int($0) - Int($1)) }.max()
      #expect(back.size == image.size)
      #expect(try #require(worst) <= 14, "quality \(quality)")
      #expect(try ImageFile.encode(image, as: .jpeg(quality: quality)) == bytes)
    }
  }

  @Test("A picture too large for the format is refused, not cut")
  func tooLargeToWrite() throws {
    let long = RasterImage.gradient(PixelSize(width: 16_384, height: 1))
    #expect { try ImageFile.encode(long, as: .webp) } throws: { error in
      (error as? ImageFileError)?.code == "not-encodable"
    }
    #expect(try ImageFile.decode(ImageFile.encode(long, as: .png())) == long)
  }
}
