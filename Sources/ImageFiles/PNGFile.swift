import CImageShims
import RasterImages

/// PNG by way of libpng.
enum PNGFile {
  /// Reads IHDR and looks through the chunks for transparency and orientation.
  static func header(of bytes: [UInt8]) throws(ImageFileError) -> ImageFileInfo {
    guard bytes.count >= 33 else {
      throw ImageFileError(
        .truncated("a PNG header has 33 bytes"), format: .png, offset: bytes.count)
    }
    guard bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw ImageFileError(.corrupt("IHDR is not the first chunk"), format: .png, offset: 12)
    }
    let width = bigEndian(bytes, at: 16)
    let height = bigEndian(bytes, at: 20)
    guard (1...0x7FFF_FFFF).contains(width), (1...0x7FFF_FFFF).contains(height) else {
      throw ImageFileError(
        .corrupt("a size of \(width)x\(height) pixels"), format: .png, offset: 16)
    }
    let colourType = bytes[25]
    var hasAlpha = colourType & 4 != 0
    var orientation = Orientation.upright
    var offset = 8
    while offset <= bytes.count - 12 {
      let length = bigEndian(bytes, at: offset)
      guard length <= bytes.count - offset - 12 else { break }
      let type = bytes[offset + 4..<offset + 8]
      if type.elementsEqual("tRNS".utf8) { hasAlpha = true }
      if type.elementsEqual("eXIf".utf8) {
        orientation = ExifOrientation.read(bytes[offset + 8..<offset + 8 + length])
      }
      offset += 12 + length
    }
    return ImageFileInfo(
      format: .png, storedSize: PixelSize(width: width, height: height), orientation: orientation,
      hasAlpha: hasAlpha)
  }

  private static func bigEndian(_ bytes: [UInt8], at offset: Int) -> Int {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  static func decode(
    _ bytes: [UInt8], info: ImageFileInfo, options: ImageDecodingOptions
  ) throws(ImageFileError) -> RasterImage {
    let size = info.storedSize
    let channels = info.hasAlpha && options.alpha != .drop ? 4 : 3
    var pixels = [UInt8](repeating: 0, count: size.width * size.height * channels)
    var report = tessera_png_report()
    let status = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe pixels.withUnsafeMutableBufferPointer { output in
        // SAFETY: the output holds width * height * channels bytes, and the shim checks that the
        // file's own size agrees; input is read only up to its count.
        unsafe tessera_png_decode(
          input.baseAddress, input.count, UInt32(size.width), UInt32(size.height),
          Int32(channels), output.baseAddress, &report)
      }
    }
    if let error = error(status, report), !(options.acceptsTruncated && report.rows > 0) {
      throw error
    }
    return channels == 4
      ? AlphaBlending.flatten(pixels, width: size.width, height: size.height, rule: options.alpha)
      : RasterImage(width: size.width, height: size.height, pixels: pixels)
  }

  static func encode(_ image: RasterImage, level: Int) throws(ImageFileError) -> [UInt8] {
    precondition((0...9).contains(level), "a PNG compression level is 0...9, not \(level)")
    var report = tessera_png_report()
    var start: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = unsafe image.pixels.withUnsafeBufferPointer { pixels in
      // SAFETY: RasterImage holds width * height * 3 bytes.
      unsafe tessera_png_encode(
        pixels.baseAddress, UInt32(image.width), UInt32(image.height), Int32(level), &start,
        &count, &report)
    }
    defer { unsafe tessera_png_free(start) }
    if let error = error(status, report) { throw error }
    // SAFETY: after success the shim owns `count` bytes at `start` until they are freed below.
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  private static func error(
    _ status: tessera_png_status, _ report: tessera_png_report
  ) -> ImageFileError? {
    var message = report.message
    // SAFETY: the shim ends the message with a zero byte inside the array.
    let detail = unsafe withUnsafeBytes(of: &message) { raw in
      unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
    }
    let offset = Int(report.offset)
    switch status {
    case TESSERA_PNG_DONE: return nil
    case TESSERA_PNG_TRUNCATED:
      return ImageFileError(.truncated(detail), format: .png, offset: offset)
    case TESSERA_PNG_OUT_OF_MEMORY: return ImageFileError(.outOfMemory, format: .png)
    default: return ImageFileError(.corrupt(detail), format: .png, offset: offset)
    }
  }
}
