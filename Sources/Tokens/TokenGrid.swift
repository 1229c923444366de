/// One token: an index into a vocabulary or a codebook.
///
/// Never negative in stored data; -1 means "absent" where a format allows it (special tokens of a
/// YTTM model).
public typealias TokenID = Int32

/// The image side of one training row: `height` × `width` codebook indices.
public struct TokenGrid: Hashable, Sendable {
  /// Rows of the grid; one token covers `patchSize` pixels of height.
  public let height: Int
  /// Columns of the grid.
  public let width: Int
  /// The tokens, row by row from the top, each row from the left; `height * width` of them.
  public let tokens: [TokenID]

  /// Makes a grid from row-major tokens.
  ///
  /// - Parameters:
  ///   - height: Rows, at least 0.
  ///   - width: Columns, at least 0.
  ///   - tokens: Exactly `height * width` tokens; any other count traps.
  public init(height: Int, width: Int, tokens: [TokenID]) {
    precondition(
      height >= 0 && width >= 0 && tokens.count == height * width,
      "a \(height)×\(width) grid has \(height * width) tokens, not \(tokens.count)")
    self.height = height
    self.width = width
    self.tokens = tokens
  }

  /// The token in `row` (from the top) and `column` (from the left).
  public subscript(row: Int, column: Int) -> TokenID {
    precondition(
      row >= 0 && row < height && column >= 0 && column < width,
      "(\(row), \(column)) lies outside a \(height)×\(width) grid")
    return tokens[row * width + column]
  }
}
