/// An 8-bit RGB picture in memory.
public struct RasterImage: Hashable, Sendable {
  /// Pixels from left to right, at least 1.
  public let width: Int
  /// Pixels from top to bottom, at least 1.
  public let height: Int
  /// `height * width * 3` bytes: rows from the top, pixels from the left, red green blue, 0…255.
  public let pixels: [UInt8]

  /// Makes a picture from interleaved RGB bytes; a wrong byte count traps.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3,
      "a \(width)×\(height) RGB picture has \(width * height * 3) bytes, not \(pixels.count)")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
