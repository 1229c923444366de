/// The rows of a token file in order.
///
/// Not a `Sequence`, because damage may show at every step:
///
/// ```swift
/// var rows = file.rows
/// while let row = try rows.next() { … }
/// ```
public struct TokenFileRows: Sendable {
  private let file: TokenFile
  private var position = 0

  init(file: TokenFile) { self.file = file }

  /// The next row, nil after the last.
  public mutating func next() throws(TokenFileError) -> TokenFileRow? {
    guard position < file.count else { return nil }
    defer { position += 1 }
    return try file.row(at: position)
  }

  /// The row at any position; see ``TokenFile/row(at:)``.
  public subscript(position: Int) -> TokenFileRow {
    get throws(TokenFileError) { try file.row(at: position) }
  }
}
