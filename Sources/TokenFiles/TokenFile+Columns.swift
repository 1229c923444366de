extension TokenFile {
  /// The values of one column in all rows of a chunk, without touching other columns.
  ///
  /// - Parameters:
  ///   - chunk: Number of the chunk, 0 ..< `chunkCount`.
  ///   - name: The column.
  /// - Throws: `noSuchColumn`; damage in the chunk.
  public func values(
    inChunk chunk: Int, column name: String
  ) throws(TokenFileError) -> [TokenFileValue] {
    guard let column = header.column(named: name) else {
      throw TokenFileError(.noSuchColumn(name: name, kind: "such"), path: path)
    }
    return try withChunk(chunk) { (table, payload, origin) throws(TokenFileError) in
      var values: [TokenFileValue] = []
      values.reserveCapacity(table.count)
      if column.kind.vocabularySize == nil {
        let body = try ColumnBody(column, table: table, payload: payload, at: origin)
        for row in 0..<table.count { values.append(try body.value(row)) }
      } else {
        let body = try TokenBody(column, table: table, payload: payload, at: origin)
        for row in 0..<table.count { values.append(try body.value(row, from: payload)) }
      }
      return values
    }
  }

  /// The keys of the rows of a chunk.
  public func keys(inChunk chunk: Int) throws(TokenFileError) -> [String] {
    try values(inChunk: chunk, column: TokenFileColumn.keyName).map {
      guard case .text(let key) = $0 else {
        preconditionFailure("a header without a text column \"key\" is refused")
      }
      return key
    }
  }

  /// Bytes that the bodies of a column take in the file, all chunks together.
  ///
  /// Compares the checksum of each chunk that was not touched before.
  public func storedByteCount(ofColumn name: String) throws(TokenFileError) -> Int {
    guard let column = header.column(named: name) else {
      throw TokenFileError(.noSuchColumn(name: name, kind: "such"), path: path)
    }
    var sum = 0
    for chunk in 0..<chunkCount {
      sum += try withChunk(chunk) { (table, _, _) throws(TokenFileError) in
        table.descriptor(id: column.id)?.storedSize ?? 0
      }
    }
    return sum
  }
}
