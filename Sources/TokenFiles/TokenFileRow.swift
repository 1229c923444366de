public import Tokens

/// One row of a token file: a picture as tokens, with what belongs to it.
public struct TokenFileRow: Hashable, Sendable {
  /// What the input was called; relative path or shard member. Never used as a path unchecked.
  public var key: String
  /// The image tokens (column `image`).
  public var grid: TokenGrid
  /// The captions, as many as the input had (column `captions`).
  public var captions: [String]
  /// Height of the source picture in pixels before the recipe; 0 when unknown.
  public var sourceHeight: Int
  /// Width of the source picture in pixels before the recipe; 0 when unknown.
  public var sourceWidth: Int
  /// Values of further columns by name.
  public var values: [String: TokenFileValue]

  /// Makes a row from its parts.
  public init(
    key: String, grid: TokenGrid, captions: [String] = [], sourceHeight: Int = 0,
    sourceWidth: Int = 0, values: [String: TokenFileValue] = [:]
  ) {
    self.key = key
    self.grid = grid
    self.captions = captions
    self.sourceHeight = sourceHeight
    self.sourceWidth = sourceWidth
    self.values = values
  }
}

/// The value of one column in one row.
public enum TokenFileValue: Hashable, Sendable {
  /// Of a `grid` column.
  case grid(TokenGrid)
  /// Of a `tokens` column: any number of tokens.
  case tokens([TokenID])
  /// Of a `text` column.
  case text(String)
  /// Of a `texts` column: any number of strings.
  case texts([String])
  /// Of an `integers` column.
  case integers([Int64])
}

/// An input that did not become a row, and why.
public struct TokenFileReject: Hashable, Sendable {
  /// Position of the input among all inputs, rows and rejects alike, from 0.
  ///
  /// ``TokenFileWriter/reject(_:)`` fills it in.
  public var input: Int
  /// What the input was called.
  public var key: String
  /// Where it failed: `read`, `decode`, `recipe`, `encode`, `caption`, …
  public var stage: String
  /// A short word that rejects can be counted by: `truncated`, `too-small`, ….
  public var code: String
  /// One line for a person.
  public var message: String

  /// Makes a reject from its parts.
  public init(key: String, stage: String, code: String, message: String, input: Int = 0) {
    self.input = input
    self.key = key
    self.stage = stage
    self.code = code
    self.message = message
  }
}
