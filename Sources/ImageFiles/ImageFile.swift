public import RasterImages

/// Picture files in memory to pictures and back.
///
/// PNG, JPEG and WebP are told apart by their content. Hostile bytes give an ``ImageFileError``,
/// never a crash, and memory is bounded by ``ImageDecodingOptions``.
public enum ImageFile {
  /// Decodes a whole picture.
  ///
  /// Pixels equal those of Pillow's `convert("RGB")` on the same file (after `exif_transpose`),
  /// alpha apart: JPEG by the accurate inverse DCT with smooth chroma upsampling, CMYK taken as
  /// Adobe writes it (inverted), 16-bit samples by their upper byte, the first frame of an
  /// animation, colour profiles ignored.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - options: What becomes of orientation, alpha, truncation, and the size limits.
  /// - Returns: The picture, 8-bit RGB.
  /// - Throws: ``ImageFileError`` with the reason and a ``ImageFileError/code`` for reject lists.
  public static func decode(
    _ bytes: [UInt8], options: ImageDecodingOptions = ImageDecodingOptions()
  ) throws(ImageFileError) -> RasterImage {
    let info = try probe(bytes, options: options)
    let stored: RasterImage
    switch info.format {
    case .png: stored = try PNGFile.decode(bytes, info: info, options: options)
    case .jpeg: stored = try JPEGFile.decode(bytes, info: info, options: options)
    case .webp: stored = try WebPFile.decode(bytes, info: info, options: options)
    }
    return options.appliesOrientation ? stored.oriented(info.orientation) : stored
  }

  /// Reads the header only.
  ///
  /// - Parameters:
  ///   - bytes: The whole file (orientation may be recorded anywhere in it).
  ///   - options: The size limits are checked.
  /// - Throws: ``ImageFileError`` when there is no usable header or a limit is passed.
  public static func probe(
    _ bytes: [UInt8], options: ImageDecodingOptions = ImageDecodingOptions()
  ) throws(ImageFileError) -> ImageFileInfo {
    guard bytes.count <= options.maximumByteCount else {
      throw ImageFileError(
        .tooManyBytes(count: bytes.count, limit: options.maximumByteCount))
    }
    let info: ImageFileInfo
    switch try FormatSniffer.format(of: bytes) {
    case .png: info = try PNGFile.header(of: bytes)
    case .jpeg: info = try JPEGFile.header(of: bytes)
    case .webp: info = try WebPFile.header(of: bytes)
    }
    let size = info.storedSize
    let (area, overflow) = size.width.multipliedReportingOverflow(by: size.height)
    guard !overflow, area <= options.maximumPixelCount else {
      throw ImageFileError(
        .tooManyPixels(width: size.width, height: size.height, limit: options.maximumPixelCount),
        format: info.format)
    }
    return info
  }

  /// Writes a picture as a file of the given kind.
  ///
  /// The same picture gives the same bytes, on every run, with the same version of the library
  /// below (libpng and zlib, libjpeg-turbo, libwebp).
  ///
  /// - Parameters:
  ///   - image: The picture.
  ///   - encoding: The format and its settings.
  /// - Throws: ``ImageFileError`` when the format cannot hold a picture of this size.
  public static func encode(
    _ image: RasterImage, as encoding: ImageEncoding
  ) throws(ImageFileError) -> [UInt8] {
    switch encoding {
    case .png(let level): try PNGFile.encode(image, level: level)
    case .jpeg(let quality): try JPEGFile.encode(image, quality: quality)
    case .webp: try WebPFile.encode(image)
    }
  }
}

/// The kinds of picture file Tessera writes.
public enum ImageEncoding: Hashable, Sendable {
  /// Lossless PNG; `level` is zlib's, 0 (none) to 9 (smallest).
  case png(level: Int = 6)
  /// JPEG with quality 1…100; from 90 on, chroma is not subsampled.
  case jpeg(quality: Int = 92)
  /// Lossless WebP.
  case webp

  /// The format written.
  public var format: ImageFormat {
    switch self {
    case .png: .png
    case .jpeg: .jpeg
    case .webp: .webp
    }
  }
}
