import ImageFiles
import RasterImages
import TestSupport
import Testing

/// Files that are no pictures, or not whole (`Fixtures/images/refused.tsv`), and damage of all kinds.
struct DecodingRefusalTests {
  /// Small files of each format, for damage byte by byte.
  static let victims = [
    "1x1.png", "palette4-trns.png", "rgb8-interlaced.png", "1x1.jpg", "exif6.jpg",
    "exif-hostile-nine.jpg", "grey-progressive.jpg", "cmyk-adobe.jpg", "1x1.webp",
    "lossy.webp", "alpha-lossy.webp", "animated.webp",
  ]

  @Test("Each refused fixture gives its code, in one line")
  func listed() throws {
    let rows = try Fixtures.table("images/refused.tsv")
    #expect(rows.count == 40)
    for row in rows {
      let bytes = try Fixtures.bytes("images/refuse/\(row[0])")
      let error = #expect(throws: ImageFileError.self, "\(row[0])") {
        try ImageFile.decode(bytes)
      }
      #expect(error?.code == row[1], "\(row[0]): \(error?.description ?? "accepted")")
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test("A file cut anywhere is refused, or whole but for trailing bytes", arguments: victims)
  func truncation(name: String) throws {
    let bytes = try Fixtures.bytes("images/accept/\(name)")
    let whole = try ImageFile.decode(bytes)
    let codes: Set = ["empty", "truncated", "corrupt", "unknown-format", "unsupported"]
    for length in 0..<bytes.count {
      do {
        let image = try ImageFile.decode(Array(bytes.prefix(length)))
        #expect(image.size == whole.size && name.hasSuffix("webp"), "\(name) cut at \(length)")
      } catch {
        #expect(codes.contains(error.code), "\(name) cut at \(length): \(error)")
      }
    }
  }

  @Test("A changed byte never does more harm than an error or other pixels", arguments: victims)
  func damage(name: String) throws {
    let bytes = try Fixtures.bytes("images/accept/\(name)")
    var generator = SeededGenerator(seed: 11)
    var options = ImageDecodingOptions()
    options.maximumPixelCount = 1_000_000
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= UInt8(1) << UInt8.random(in: 0...7, using: &generator)
      if index % 3 == 0 {
        damaged[.random(in: bytes.indices, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      options.acceptsTruncated = index % 2 == 0
      if let image = try? ImageFile.decode(damaged, options: options) {
        #expect(image.width * image.height <= options.maximumPixelCount)
      }
    }
  }

  @Test("The caps on pixels and bytes are named with both numbers")
  func caps() throws {
    let bytes = try Fixtures.bytes("images/accept/444.jpg")
    var options = ImageDecodingOptions()
    options.maximumPixelCount = 83 * 61 - 1
    let pixels = #expect(throws: ImageFileError.self) {
      try ImageFile.decode(bytes, options: options)
    }
    #expect(pixels?.reason == .tooManyPixels(width: 83, height: 61, limit: 5062))
    options = ImageDecodingOptions()
    options.maximumByteCount = bytes.count - 1
    let size = #expect(throws: ImageFileError.self) {
      try ImageFile.probe(bytes, options: options)
    }
    #expect(size?.reason == .tooManyBytes(count: bytes.count, limit: bytes.count - 1))
    options = ImageDecodingOptions()
    options.maximumPixelCount = 83 * 61
    options.maximumByteCount = bytes.count
    #expect(throws: Never.self) { try ImageFile.decode(bytes, options: options) }
  }

  @Test("On request, what there is of a cut picture is taken")
  func acceptsTruncated() throws {
    let image = RasterImage.noise(PixelSize(width: 160, height: 120), seed: 21)
    var accepting = ImageDecodingOptions()
    accepting.acceptsTruncated = true
    for encoding in [ImageEncoding.png(), .jpeg(quality: 90), .webp] {
      let bytes = try ImageFile.encode(image, as: encoding)
      let whole = try ImageFile.decode(bytes)
      let cut = Array(bytes.prefix(bytes.count * 7 / 10))
      let error = #expect(throws: ImageFileError.self) { try ImageFile.decode(cut) }
      #expect(error?.code == "truncated", "\(encoding)")
      let part = try ImageFile.decode(cut, options: accepting)
      let row = image.width * 3
      #expect(part.pixels.prefix(row * 40) == whole.pixels.prefix(row * 40), "\(encoding)")
      #expect(Set(part.pixels.suffix(row * 4)).count <= 3, "\(encoding): grey or black")
      // With nothing but the header there is no picture to take.
      #expect(throws: ImageFileError.self, "\(encoding)") {
        try ImageFile.decode(Array(bytes.prefix(40)), options: accepting)
      }
    }
  }
}
