import RasterImages

/// Finds the orientation in an EXIF block; anything malformed means upright.
///
/// Source: Exif 2.32, section 4.5 (a TIFF header followed by image file directories).
enum ExifOrientation {
  /// - Parameter block: From the byte order mark on; an `Exif\0\0` before it is skipped.
  static func read(_ block: ArraySlice<UInt8>) -> Orientation {
    var block = block
    if block.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) { block = block.dropFirst(6) }
    let isLittle: Bool
    if block.starts(with: [0x49, 0x49, 0x2A, 0]) {
      isLittle = true
    } else if block.starts(with: [0x4D, 0x4D, 0, 0x2A]) {
      isLittle = false
    } else {
      return .upright
    }
    func number(_ size: Int, at offset: Int) -> Int? {
      guard offset >= 0, offset <= block.count - size else { return nil }
      let field = block[block.startIndex + offset..<block.startIndex + offset + size]
      let mostSignificantFirst = isLittle ? Array(field.reversed()) : Array(field)
      return mostSignificantFirst.reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, at: 4), let entryCount = number(2, at: directory) else {
      return .upright
    }
    for entry in 0..<entryCount {
      let offset = directory + 2 + 12 * entry
      guard let tag = number(2, at: offset) else { break }
      guard tag == 0x0112 else { continue }
      guard let type = number(2, at: offset + 2), number(4, at: offset + 4) == 1,
        let value = number(type == 4 ? 4 : 2, at: offset + 8), type == 3 || type == 4
      else { return .upright }
      return Orientation(rawValue: value) ?? .upright
    }
    return .upright
  }
}
