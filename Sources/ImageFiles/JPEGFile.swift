import CTurboJPEG
import RasterImages

/// JPEG by way of libjpeg-turbo's TurboJPEG interface.
enum JPEGFile {
  static func header(of bytes: [UInt8]) throws(ImageFileError) -> ImageFileInfo {
    let header = try JPEGHeader(bytes)
    return ImageFileInfo(
      format: .jpeg, storedSize: header.size, orientation: header.orientation, hasAlpha: false)
  }

  static func decode(
    _ bytes: [UInt8], info: ImageFileInfo, options: ImageDecodingOptions
  ) throws(ImageFileError) -> RasterImage {
    let size = info.storedSize
    let isCMYK = try JPEGHeader(bytes).componentCount == 4
    let channels = isCMYK ? 4 : 3
    let layout = isCMYK ? TJPF_CMYK : TJPF_RGB
    // Without the first flag, a picture with hundreds of tiny scans takes minutes; with the
    // second, a damaged one is given up at the first warning.
    var flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS
    if !options.acceptsTruncated { flags |= TJFLAG_STOPONWARNING }
    guard let decoder = unsafe tjInitDecompress() else {
      throw ImageFileError(.outOfMemory, format: .jpeg)
    }
    defer { unsafe tjDestroy(decoder) }
    var pixels = [UInt8](repeating: 0, count: size.width * size.height * channels)
    let status = unsafe bytes.withUnsafeBufferPointer { input in
      unsafe pixels.withUnsafeMutableBufferPointer { output in
        // SAFETY: TurboJPEG refuses to write more than width * height pixels of `layout`, for
        // which the output has room, and scales nothing because these are the file's own sides.
        unsafe tjDecompress2(
          decoder, input.baseAddress, UInt(input.count), output.baseAddress, Int32(size.width),
          Int32(size.width * channels), Int32(size.height), Int32(layout.rawValue), flags)
      }
    }
    if status != 0 {
      let isWarning = unsafe tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue)
      if !(isWarning && options.acceptsTruncated) {
        // SAFETY: the message belongs to the handle and ends with a zero byte.
        throw error(unsafe String(cString: tjGetErrorStr2(decoder)))
      }
    }
    return isCMYK
      ? InvertedCMYK.picture(pixels, width: size.width, height: size.height)
      : RasterImage(width: size.width, height: size.height, pixels: pixels)
  }

  static func encode(_ image: RasterImage, quality: Int) throws(ImageFileError) -> [UInt8] {
    precondition((1...100).contains(quality), "a JPEG quality is 1...100, not \(quality)")
    guard image.width <= 65_500, image.height <= 65_500 else {
      throw ImageFileError(
        .notEncodable("with \(image.size) pixels: the limit is 65500 on a side"), format: .jpeg)
    }
    guard let encoder = unsafe tjInitCompress() else {
      throw ImageFileError(.outOfMemory, format: .jpeg)
    }
    defer { unsafe tjDestroy(encoder) }
    var start: UnsafeMutablePointer<UInt8>?
    var count: UInt = 0
    let sampling = quality >= 90 ? TJSAMP_444 : TJSAMP_420
    let status = unsafe image.pixels.withUnsafeBufferPointer { pixels in
      // SAFETY: RasterImage holds width * height * 3 bytes; TurboJPEG allocates its output.
      unsafe tjCompress2(
        encoder, pixels.baseAddress, Int32(image.width), 0, Int32(image.height),
        Int32(TJPF_RGB.rawValue), &start, &count, Int32(sampling.rawValue), Int32(quality),
        TJFLAG_ACCURATEDCT)
    }
    defer { unsafe tjFree(start) }
    guard status == 0 else {
      // SAFETY: the message belongs to the handle and ends with a zero byte.
      let message = unsafe String(cString: tjGetErrorStr2(encoder))
      throw ImageFileError(.notEncodable(message), format: .jpeg)
    }
    // SAFETY: after success TurboJPEG owns `count` bytes at `start` until they are freed.
    return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
  }

  /// TurboJPEG's only account of what happened is its message.
  private static func error(_ message: String) -> ImageFileError {
    if message.contains("remature end of JPEG file") {
      return ImageFileError(.truncated(message), format: .jpeg)
    }
    if message.contains("nsupported") || message.contains("not supported") {
      return ImageFileError(.unsupported("this JPEG (\(message))"), format: .jpeg)
    }
    if message.contains("emory") { return ImageFileError(.outOfMemory, format: .jpeg) }
    return ImageFileError(.corrupt(message), format: .jpeg)
  }
}
