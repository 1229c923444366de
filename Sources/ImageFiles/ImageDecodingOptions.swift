/// How pictures are decoded; the defaults are those of `tessera encode`.
public struct ImageDecodingOptions: Hashable, Sendable {
  /// What becomes of transparency.
  public enum AlphaRule: String, Hashable, Sendable, CaseIterable {
    /// Blend onto white, rounded to nearest, as img2dataset does.
    case white
    /// Blend onto black, rounded to nearest.
    case black
    /// Ignore alpha and keep the stored colours, as Pillow's `convert("RGB")` does.
    case drop
  }

  /// Whether the picture is turned as its EXIF orientation says. (Pillow does not by itself.)
  public var appliesOrientation = true
  /// What becomes of transparency.
  public var alpha = AlphaRule.white
  /// Most pixels a picture may have; checked against the header before memory is taken.
  public var maximumPixelCount = 256_000_000
  /// Most bytes a file may have.
  public var maximumByteCount = 256 << 20
  /// Whether a picture that is cut short or slightly damaged is taken as far as it goes.
  ///
  /// What is missing is then whatever the decoder leaves there: grey in a JPEG, black elsewhere
  /// (white where the picture has alpha and goes onto white).
  public var acceptsTruncated = false

  /// The default options.
  public init() {}
}
