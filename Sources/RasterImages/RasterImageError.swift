/// Why a picture could not be prepared for a codec.
public struct RasterImageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was wrong.
  @nonexhaustive public enum Reason: Hashable, Sendable {
    /// The recipe changes no sizes, and the picture has another size than the one asked for.
    case wrongSize(found: PixelSize, expected: PixelSize)
  }

  /// What was wrong, with the numbers that disagree.
  public let reason: Reason

  /// A short stable name for reject lists: `wrong-size`.
  public var code: String {
    switch reason {
    case .wrongSize: "wrong-size"
    }
  }

  /// One line: what was found, what was expected, what to do.
  public var description: String {
    switch reason {
    case .wrongSize(let found, let expected):
      "the picture is \(found) and must be \(expected): choose another recipe than none, "
        + "or resize it first"
    }
  }
}
