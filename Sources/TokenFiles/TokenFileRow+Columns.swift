import Tokens

extension TokenFileColumn {
  /// Whether ``TokenFileRow`` has a property for the column's values.
  fileprivate var isProperty: Bool {
    switch (name, kind) {
    case (Self.keyName, _), (Self.imageName, _), (Self.captionsName, .texts),
      (Self.sourceSizeName, .integers(2)):
      true
    default: false
    }
  }
}

extension TokenFileRow {
  /// The value that the row has for a column, be it a property or one of ``values``; nil when it has
  /// none.
  public func value(of column: TokenFileColumn) -> TokenFileValue? {
    guard column.isProperty else { return values[column.name] }
    switch column.name {
    case TokenFileColumn.keyName: return .text(key)
    case TokenFileColumn.imageName: return .grid(grid)
    case TokenFileColumn.captionsName: return .texts(captions)
    default: return .integers([Int64(sourceHeight), Int64(sourceWidth)])
    }
  }

  /// The values of the row in the order of the header's columns.
  ///
  /// - Throws: `unfitRow` when a column has no value, a value has no column, or a value does not fit
  ///   its column.
  func values(for header: TokenFileHeader) throws(TokenFileError) -> [TokenFileValue] {
    var result: [TokenFileValue] = []
    result.reserveCapacity(header.columns.count)
    var used = 0
    for column in header.columns {
      guard let value = value(of: column) else {
        throw unfit("there is no value for column \"\(column.name)\"")
      }
      if !column.isProperty { used += 1 }
      if let problem = ColumnBuilder.problem(with: value, in: column) { throw unfit(problem) }
      result.append(value)
    }
    guard used == values.count else {
      let extra = values.keys.filter { header.column(named: $0) == nil }.sorted()
      throw unfit("the file has no column for \(extra.joined(separator: ", "))")
    }
    guard key.utf8.count <= TokenFileLimits.keyBytes else {
      throw unfit("its key is longer than \(TokenFileLimits.keyBytes) bytes")
    }
    let textSize = result.reduce(0) { $0 + $1.textSize }
    guard textSize <= TokenFileLimits.rowTextBytes else {
      throw unfit(
        "its text takes \(textSize) bytes, the format allows \(TokenFileLimits.rowTextBytes)")
    }
    if !captions.isEmpty, header.column(named: TokenFileColumn.captionsName)?.kind != .texts {
      throw unfit("the file has no column for its captions")
    }
    return result
  }

  private func unfit(_ detail: String) -> TokenFileError {
    TokenFileError(.unfitRow(key: key, detail: detail))
  }

  /// Puts a row together from the values of the header's columns; inverse of ``values(for:)``.
  init(values: [TokenFileValue], header: TokenFileHeader) {
    self.init(key: "", grid: .init(height: 0, width: 0, tokens: []))
    for (column, value) in zip(header.columns, values) {
      switch (column.name, value) {
      case (TokenFileColumn.keyName, .text(let text)): key = text
      case (TokenFileColumn.imageName, .grid(let grid)): self.grid = grid
      case (TokenFileColumn.captionsName, .texts(let texts)): captions = texts
      case (TokenFileColumn.sourceSizeName, .integers(let size)) where size.count == 2:
        sourceHeight = Int(size[0])
        sourceWidth = Int(size[1])
      default: self.values[column.name] = value
      }
    }
  }
}

extension String {
  /// The longest beginning of whole characters that takes at most `count` bytes of UTF-8.
  func cut(toUTF8Count count: Int) -> String {
    guard utf8.count > count else { return self }
    var size = 0
    return String(
      prefix { character in
        size += character.utf8.count
        return size <= count
      })
  }
}
