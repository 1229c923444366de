public import Tokens

/// Why a picture pair or a token grid could not be measured.
public struct ImageMetricsError: Error, Hashable, Sendable {
  /// What disagreed, with both numbers.
  @nonexhaustive
  public enum Reason: Hashable, Sendable {
    /// The two pictures differ in size, so their pixels cannot be compared.
    case sizesDiffer(width: Int, height: Int, otherWidth: Int, otherHeight: Int)
    /// A picture side is shorter than the window of the metric.
    case smallerThanWindow(width: Int, height: Int, window: Int)
    /// A token lies outside `0..<codebookSize`.
    case tokenOutsideCodebook(token: TokenID, codebookSize: Int)
    /// Usage of one codebook was merged with usage of another.
    case codebookSizesDiffer(Int, Int)
  }

  /// What disagreed.
  public let reason: Reason
  /// Index of the token at fault in its row-major grid; `nil` where no single token is at fault.
  public let offset: Int?

  init(_ reason: Reason, offset: Int? = nil) {
    self.reason = reason
    self.offset = offset
  }
}

extension ImageMetricsError: CustomStringConvertible {
  /// One line: what, where, expected, what to do.
  public var description: String {
    switch reason {
    case .sizesDiffer(let width, let height, let otherWidth, let otherHeight):
      return "cannot compare a \(width)×\(height) picture with one of "
        + "\(otherWidth)×\(otherHeight): bring both to the same size first"
    case .smallerThanWindow(let width, let height, let window):
      return "a \(width)×\(height) picture is too small for SSIM: "
        + "its window needs at least \(window)×\(window) pixels"
    case .tokenOutsideCodebook(let token, let codebookSize):
      return "token \(token) at position \(offset ?? 0) of the grid lies outside the codebook: "
        + "expected 0..<\(codebookSize); were the tokens made by another codec?"
    case .codebookSizesDiffer(let size, let other):
      return "cannot merge usage of a codebook of \(size) codewords with one of \(other): "
        + "count each codec on its own"
    }
  }
}
