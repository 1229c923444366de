import CWebP
import RasterImages

/// WebP by way of libwebp and libwebpdemux.
enum WebPFile {
  static func header(of bytes: [UInt8]) throws(ImageFileError) -> ImageFileInfo {
    let features = try features(of: bytes)
    return ImageFileInfo(
      format: .webp,
      storedSize: PixelSize(width: Int(features.width), height: Int(features.height)),
      orientation: orientation(in: bytes), hasAlpha: features.has_alpha != 0)
  }

  private static func features(
    of bytes: [UInt8]
  ) throws(ImageFileError) -> WebPBitstreamFeatures {
    var features = WebPBitstreamFeatures()
    // SAFETY: the library reads only `count` bytes.
    let status = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe WebPGetFeatures(input.baseAddress, input.count, &features)
    }
    if let error = error(status) { throw error }
    return features
  }

  /// Looks through the RIFF chunks for `EXIF`.
  private static func orientation(in bytes: [UInt8]) -> Orientation {
    var offset = 12
    while offset <= bytes.count - 8 {
      let length = littleEndian(bytes[offset + 4..<offset + 8])
      guard length <= bytes.count - offset - 8 else { break }
      if bytes[offset..<offset + 4].elementsEqual("EXIF".utf8) {
        return ExifOrientation.read(bytes[offset + 8..<offset + 8 + length])
      }
      offset += 8 + length + length % 2
    }
    return .upright
  }

  private static func littleEndian(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  static func decode(
    _ bytes: [UInt8], info: ImageFileInfo, options: ImageDecodingOptions
  ) throws(ImageFileError) -> RasterImage {
    let size = info.storedSize
    if try features(of: bytes).has_animation != 0 {
      return try firstFrame(bytes, size: size, rule: options.alpha)
    }
    let channels = info.hasAlpha && options.alpha != .drop ? 4 : 3
    var pixels = [UInt8](repeating: 0, count: size.width * size.height * channels)
    var configuration = unsafe WebPDecoderConfig()
    guard unsafe WebPInitDecoderConfig(&configuration) != 0 else {
      throw ImageFileError(.corrupt("libwebp has another version than its headers"), format: .webp)
    }
    // SAFETY: plain fields; the pointer set below stays inside the closure.
    unsafe configuration.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB
    unsafe configuration.output.is_external_memory = 1
    var rows: Int32 = 0
    let status = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe pixels.withUnsafeMutableBufferPointer { output in
        // SAFETY: libwebp checks the picture against the stride and size given here.
        unsafe configuration.output.u.RGBA = WebPRGBABuffer(
          rgba: output.baseAddress, stride: Int32(size.width * channels), size: output.count)
        guard options.acceptsTruncated else {
          return unsafe WebPDecode(input.baseAddress, input.count, &configuration)
        }
        guard let decoder = unsafe WebPINewDecoder(&configuration.output) else {
          return VP8_STATUS_OUT_OF_MEMORY
        }
        defer { unsafe WebPIDelete(decoder) }
        let status = unsafe WebPIAppend(decoder, input.baseAddress, input.count)
        _ = unsafe WebPIDecGetRGB(decoder, &rows, nil, nil, nil)
        return status
      }
    }
    let isEnough = options.acceptsTruncated && status == VP8_STATUS_SUSPENDED && rows > 0
    if let error = error(status), !isEnough { throw error }
    return channels == 4
      ? AlphaBlending.flatten(pixels, width: size.width, height: size.height, rule: options.alpha)
      : RasterImage(width: size.width, height: size.height, pixels: pixels)
  }

  /// The first frame of an animation on its transparent canvas.
  private static func firstFrame(
    _ bytes: [UInt8], size: PixelSize, rule: ImageDecodingOptions.AlphaRule
  ) throws(ImageFileError) -> RasterImage {
    let pixels: [UInt8]? = unsafe bytes.withUnsafeBufferPointer { input in
      var data = unsafe WebPData(bytes: input.baseAddress, size: input.count)
      guard let decoder = unsafe WebPAnimDecoderNew(&data, nil) else { return nil }
      defer { unsafe WebPAnimDecoderDelete(decoder) }
      var frame: UnsafeMutablePointer<UInt8>?
      var time: Int32 = 0
      // SAFETY: the frame is a canvas of width * height RGBA pixels that the decoder owns until
      // it is deleted; both sides were read from the same header.
      guard unsafe WebPAnimDecoderGetNext(decoder, &frame, &time) != 0, let frame = unsafe frame
      else { return nil }
      return unsafe Array(UnsafeBufferPointer(start: frame, count: size.width * size.height * 4))
    }
    guard let pixels else {
      let isCut = littleEndian(bytes[4..<8]) > bytes.count - 8
      throw ImageFileError(
        isCut
          ? .truncated("the container is longer than the file")
          : .corrupt("the first frame of the animation"), format: .webp)
    }
    return AlphaBlending.flatten(pixels, width: size.width, height: size.height, rule: rule)
  }

  static func encode(_ image: RasterImage) throws(ImageFileError) -> [UInt8] {
    guard image.width <= 16_383, image.height <= 16_383 else {
      throw ImageFileError(
        .notEncodable("with \(image.size) pixels: the limit is 16383 on a side"), format: .webp)
    }
    var start: UnsafeMutablePointer<UInt8>?
    let count = unsafe image.pixels.withUnsafeBufferPointer { pixels in
      // SAFETY: RasterImage holds height rows of width * 3 bytes.
      unsafe WebPEncodeLosslessRGB(
        pixels.baseAddress, Int32(image.width), Int32(image.height), Int32(image.width * 3),
        &start)
    }
    defer { unsafe WebPFree(start) }
    guard count > 0 else { throw ImageFileError(.outOfMemory, format: .webp) }
    // SAFETY: after success libwebp gave `count` bytes at `start`, freed above all.
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  private static func error(_ status: VP8StatusCode) -> ImageFileError? {
    switch status {
    case VP8_STATUS_OK: nil
    case VP8_STATUS_OUT_OF_MEMORY: ImageFileError(.outOfMemory, format: .webp)
    case VP8_STATUS_NOT_ENOUGH_DATA, VP8_STATUS_SUSPENDED:
      ImageFileError(.truncated("libwebp needs more bytes"), format: .webp)
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      ImageFileError(.unsupported("this WebP variant"), format: .webp)
    default: ImageFileError(.corrupt("libwebp found invalid data"), format: .webp)
    }
  }
}
