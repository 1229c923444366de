public import RasterImages

/// What the header of a picture file says, known without decoding.
public struct ImageFileInfo: Hashable, Sendable {
  /// The format, told from the content.
  public let format: ImageFormat
  /// The size as stored; for an animation, that of the canvas.
  public let storedSize: PixelSize
  /// How the picture is to be turned; upright where the file does not say or says nonsense.
  public let orientation: Orientation
  /// Whether some pixels may be transparent.
  public let hasAlpha: Bool

  /// The size after turning.
  public var size: PixelSize { orientation.applied(to: storedSize) }
}
