extension TokenFile {
  /// The keys of one chunk's rows, in order, without touching other columns.
  ///
  /// - Parameter chunk: Number of the chunk, 0 ..< `chunkCount`.
  public func keys(inChunk chunk: Int) throws(TokenFileError) -> [String] {
    guard let column = header.column(named: TokenFileColumn.keyName) else {
      throw TokenFileError(.noSuchColumn(name: TokenFileColumn.keyName, kind: "text"), path: path)
    }
    return try withChunk(chunk) { (table, payload, origin) throws(TokenFileError) in
      let body = try ColumnBody(column, table: table, payload: payload, at: origin)
      var keys: [String] = []
      keys.reserveCapacity(table.count)
      for position in 0..<table.count {
        guard case .text(let key) = try body.value(position) else {
          throw TokenFileError(.noSuchColumn(name: column.name, kind: "text"))
        }
        keys.append(key)
      }
      return keys
    }
  }
}
