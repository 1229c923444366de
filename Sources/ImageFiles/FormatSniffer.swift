/// Tells a file's format from its first bytes.
enum FormatSniffer {
  /// Longest prefix looked at.
  static let prefixCount = 512

  static func format(of bytes: [UInt8]) throws(ImageFileError) -> ImageFormat {
    guard !bytes.isEmpty else { throw ImageFileError(.empty) }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if has("RIFF", in: bytes, at: 0) && has("WEBP", in: bytes, at: 8) { return .webp }
    if let name = otherFormat(bytes) { throw ImageFileError(.unsupported("a \(name) file")) }
    if has("version https://git-lfs", in: bytes, at: 0) { throw ImageFileError(.gitLFSPointer) }
    if looksLikeWebPage(bytes) { throw ImageFileError(.webPage) }
    if isPrefixOfPicture(bytes) { throw ImageFileError(.truncated("only \(bytes.count) bytes")) }
    throw ImageFileError(.unknownFormat(firstBytes: Array(bytes.prefix(8))))
  }

  private static func has(_ text: String, in bytes: [UInt8], at offset: Int) -> Bool {
    bytes.count >= offset + text.utf8.count && bytes[offset...].starts(with: text.utf8)
  }

  /// Other picture formats by name, so that the message can say what to convert.
  private static func otherFormat(_ bytes: [UInt8]) -> String? {
    if has("GIF8", in: bytes, at: 0) { return "GIF" }
    if has("BM", in: bytes, at: 0) && bytes.count >= 18 && bytes[14...17].contains(0) {
      return "BMP"
    }
    if bytes.starts(with: [0x49, 0x49, 0x2A, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) {
      return "TIFF"
    }
    if bytes.starts(with: [0, 0, 0, 0x0C, 0x6A, 0x50]) || bytes.starts(with: [0xFF, 0x4F, 0xFF]) {
      return "JPEG 2000"
    }
    if bytes.starts(with: [0xFF, 0x0A]) || bytes.starts(with: [0, 0, 0, 0x0C, 0x4A, 0x58]) {
      return "JPEG XL"
    }
    if has("ftyp", in: bytes, at: 4) {
      if has("avif", in: bytes, at: 8) || has("avis", in: bytes, at: 8) { return "AVIF" }
      if has("heic", in: bytes, at: 8) || has("heix", in: bytes, at: 8)
        || has("mif1", in: bytes, at: 8)
      {
        return "HEIF"
      }
    }
    if has("%PDF", in: bytes, at: 0) { return "PDF" }
    if has("8BPS", in: bytes, at: 0) { return "Photoshop" }
    return nil
  }

  private static func looksLikeWebPage(_ bytes: [UInt8]) -> Bool {
    let start = String(decoding: bytes.prefix(prefixCount), as: UTF8.self).lowercased()
      .drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    return ["<!doctype html", "<html", "<head", "<body"].contains { start.hasPrefix($0) }
  }

  /// Whether a very short file could be the beginning of a picture.
  private static func isPrefixOfPicture(_ bytes: [UInt8]) -> Bool {
    if bytes.count >= 12 { return false }
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF]
    return png.starts(with: bytes) || jpeg.starts(with: bytes)
      || (has("RIFF", in: bytes, at: 0) || Array("RIFF".utf8).starts(with: bytes))
  }
}
