/// An input that never became a reconstruction, and why.
public struct ReportReject: Hashable, Sendable {
  /// The sample's key, or the file's path where there was no key yet.
  public let key: String
  /// The stage that refused: `decode`, `recipe`, `codec`, …
  public let stage: String
  /// The refusal's short code, equal for equal causes: `truncated`, `tooLarge`, …
  public let code: String
  /// The refusal in one line for people.
  public let message: String

  /// Makes a reject from its parts.
  public init(key: String, stage: String, code: String, message: String) {
    self.key = key
    self.stage = stage
    self.code = code
    self.message = message
  }
}
