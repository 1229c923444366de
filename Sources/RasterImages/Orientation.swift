/// How a stored picture has to be turned for viewing: the value of the EXIF tag 0x0112.
///
/// Source: Exif 2.32, section 4.6.4, "Orientation".
public enum Orientation: Int, Hashable, Sendable, CaseIterable {
  /// As stored.
  case upright = 1
  /// Mirror left and right.
  case mirrored = 2
  /// Turn by 180 degrees.
  case rotated180 = 3
  /// Mirror top and bottom.
  case flipped = 4
  /// Exchange rows and columns.
  case transposed = 5
  /// Turn by 90 degrees clockwise.
  case rotated90 = 6
  /// Exchange rows and columns about the other diagonal.
  case transversed = 7
  /// Turn by 90 degrees counter-clockwise.
  case rotated270 = 8

  /// Whether width and height change places.
  public var swapsSides: Bool { rawValue >= 5 }

  /// The size of a picture of the stored size `size` after turning.
  public func applied(to size: PixelSize) -> PixelSize {
    swapsSides ? PixelSize(width: size.height, height: size.width) : size
  }
}

extension RasterImage {
  /// The picture turned for viewing.
  ///
  /// - Parameter orientation: The orientation recorded with the stored picture.
  /// - Complexity: O(width·height).
  public func oriented(_ orientation: Orientation) -> RasterImage {
    guard orientation != .upright else { return self }
    // Each output pixel (x, y) is read from origin + x·across + y·down, counted in stored pixels.
    let right = width - 1
    let bottom = (height - 1) * width
    let (origin, across, down) =
      switch orientation {
      case .upright: (0, 1, width)
      case .mirrored: (right, -1, width)
      case .rotated180: (bottom + right, -1, -width)
      case .flipped: (bottom, 1, -width)
      case .transposed: (0, width, 1)
      case .rotated90: (bottom, -width, 1)
      case .transversed: (bottom + right, -width, -1)
      case .rotated270: (right, width, -1)
      }
    let turned = orientation.applied(to: size)
    let source = pixels.span
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count)
    for y in 0..<turned.height {
      var pixel = origin + y * down
      for _ in 0..<turned.width {
        result.append(source[3 * pixel])
        result.append(source[3 * pixel + 1])
        result.append(source[3 * pixel + 2])
        pixel += across
      }
    }
    return RasterImage(width: turned.width, height: turned.height, pixels: result)
  }
}
