import RasterImages

/// What the markers before the first scan of a JPEG file say.
///
/// Source: ITU-T T.81, annex B.
struct JPEGHeader {
  let size: PixelSize
  let componentCount: Int
  let orientation: Orientation

  /// Walks the markers up to the frame header, and on to the first scan for the orientation.
  init(_ bytes: [UInt8]) throws(ImageFileError) {
    var frame: (size: PixelSize, componentCount: Int)?
    var orientation: Orientation?
    var offset = 2
    walk: while true {
      // Stray bytes and fill bytes before a marker are passed over, as libjpeg does.
      while offset < bytes.count && bytes[offset] != 0xFF { offset += 1 }
      while offset < bytes.count && bytes[offset] == 0xFF { offset += 1 }
      guard offset + 2 < bytes.count else { throw Self.cut(bytes.count) }
      let marker = bytes[offset]
      offset += 1
      switch marker {
      case 0x00, 0x01, 0xD0...0xD8: continue walk
      case 0xD9, 0xDA: break walk
      default: break
      }
      let length = Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
      guard length >= 2 else {
        throw ImageFileError(
          .corrupt("a segment of \(length) bytes"), format: .jpeg, offset: offset)
      }
      guard length <= bytes.count - offset else { throw Self.cut(bytes.count) }
      let segment = bytes[offset + 2..<offset + length]
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        frame = try Self.frame(segment, marker: marker)
      case 0xE1 where orientation == nil && segment.starts(with: "Exif\0\0".utf8):
        orientation = ExifOrientation.read(segment)
      default: break
      }
      offset += length
    }
    guard let frame else {
      throw ImageFileError(
        .corrupt("no frame header before the first scan"), format: .jpeg, offset: offset)
    }
    self.size = frame.size
    self.componentCount = frame.componentCount
    self.orientation = orientation ?? .upright
  }

  private static func cut(_ offset: Int) -> ImageFileError {
    ImageFileError(
      .truncated("the file ends before the first scan"), format: .jpeg, offset: offset)
  }

  private static func frame(
    _ segment: ArraySlice<UInt8>, marker: UInt8
  ) throws(ImageFileError) -> (size: PixelSize, componentCount: Int) {
    let bytes = Array(segment)
    guard bytes.count >= 6, bytes.count >= 6 + 3 * Int(bytes[5]) else {
      throw ImageFileError(
        .corrupt("a frame header of \(bytes.count) bytes"), format: .jpeg,
        offset: segment.startIndex)
    }
    let height = Int(bytes[1]) << 8 | Int(bytes[2])
    let width = Int(bytes[3]) << 8 | Int(bytes[4])
    let unsupported: String? =
      if ![0xC0, 0xC1, 0xC2, 0xC9, 0xCA].contains(marker) {
        "a lossless or hierarchical JPEG"
      } else if bytes[0] != 8 {
        "a JPEG with \(bytes[0]) bits per sample"
      } else if ![1, 3, 4].contains(bytes[5]) {
        "a JPEG with \(bytes[5]) components"
      } else if height == 0 {
        "a JPEG that states its height after the first scan"
      } else {
        nil
      }
    if let unsupported { throw ImageFileError(.unsupported(unsupported), format: .jpeg) }
    guard width > 0 else {
      throw ImageFileError(.corrupt("a width of 0 pixels"), format: .jpeg)
    }
    return (PixelSize(width: width, height: height), Int(bytes[5]))
  }
}
