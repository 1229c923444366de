public import ImageMetrics

/// Why a picture could not become part of a report.
public struct ReportError: Error, Hashable, Sendable {
  /// What went wrong.
  @nonexhaustive
  public enum Reason: Hashable, Sendable {
    /// Original, reconstruction or tokens could not be measured.
    case notMeasured(ImageMetricsError)
    /// A picture could not be encoded for the page; the text is the encoder's own message.
    case notEmbedded(String)
  }

  /// What went wrong.
  public let reason: Reason
  /// The key of the picture at fault.
  public let key: String
}

extension ReportError: CustomStringConvertible {
  /// One line: which picture, what, what to do.
  public var description: String {
    switch reason {
    case .notMeasured(let error): "\(key): \(error)"
    case .notEmbedded(let message): "\(key): cannot be shown in the report: \(message)"
    }
  }
}
