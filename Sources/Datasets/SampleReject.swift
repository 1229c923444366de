/// Why one input has no row: what stands in the token file in its place.
public struct SampleReject: Error, Hashable, Sendable, CustomStringConvertible {
  /// The step that refused the sample.
  public enum Stage: String, Sendable, CaseIterable {
    /// A folder or name could not be listed.
    case list
    /// The picture's bytes could not be read.
    case read
    /// The caption file could not be read.
    case caption
    /// The bytes are no picture that can be decoded.
    case decode
    /// The picture cannot be brought into the shape that the codec takes.
    case prepare
    /// The codec refused the picture.
    case encode
    /// The row does not fit into the token file.
    case write
  }

  /// The key the sample would have had.
  public let key: String
  /// The step that refused it.
  public let stage: Stage
  /// A stable word for programs, lower case with hyphens (`not-found`, `truncated`).
  public let code: String
  /// One line for people. It names no path: the same input must give the same bytes wherever it
  /// lies.
  public let message: String

  /// Makes a reject.
  public init(key: String, stage: Stage, code: String, message: String) {
    self.key = key
    self.stage = stage
    self.code = code
    self.message = message
  }

  /// `key: message (stage/code)`.
  public var description: String { "\(key): \(message) (\(stage.rawValue)/\(code))" }
}
