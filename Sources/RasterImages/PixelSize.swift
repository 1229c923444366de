/// How many pixels a picture has across and down.
public struct PixelSize: Hashable, Sendable, CustomStringConvertible {
  /// Pixels from left to right.
  public var width: Int
  /// Pixels from top to bottom.
  public var height: Int

  /// Makes a size from its two sides.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// A square of `side` × `side` pixels.
  public static func square(_ side: Int) -> PixelSize { PixelSize(width: side, height: side) }

  /// Width × height as people write it: `500x375`.
  public var description: String { "\(width)x\(height)" }
}

/// A rectangle of whole pixels inside a picture.
public struct PixelRegion: Hashable, Sendable {
  /// Pixels to the left of the rectangle.
  public var x: Int
  /// Pixels above the rectangle.
  public var y: Int
  /// Width and height of the rectangle.
  public var size: PixelSize

  /// Makes a rectangle from its top left corner and its size.
  public init(x: Int, y: Int, size: PixelSize) {
    self.x = x
    self.y = y
    self.size = size
  }

  /// The largest centred rectangle of the aspect of `shape` inside a picture of size `whole`.
  ///
  /// Sides and offsets are rounded down; a side is never less than one pixel. For a square `shape`
  /// this is the central square with the offsets of torchvision's `RandomResizedCrop` fallback.
  public static func centred(in whole: PixelSize, aspectOf shape: PixelSize) -> PixelRegion {
    var size = whole
    if whole.width * shape.height > whole.height * shape.width {
      size.width = max(1, whole.height * shape.width / shape.height)
    } else {
      size.height = max(1, whole.width * shape.height / shape.width)
    }
    return PixelRegion(
      x: (whole.width - size.width) / 2, y: (whole.height - size.height) / 2, size: size)
  }
}
