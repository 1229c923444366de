extension TokenFile {
  /// Writes every row and reject, in input order, to a new file under another header: other
  /// encodings, other chunk sizes, other notes. Neither the codec nor the pictures are needed.
  ///
  /// - Parameters:
  ///   - path: The new file.
  ///   - header: A header with the same columns, whose kinds agree.
  /// - Throws: ``TokenFileError``: `headersDiffer` when codec, recipe, policy, tokenizer or the kinds
  ///   of columns differ; damage in this file; whatever the file system refuses.
  public func rewrite(to path: String, header: TokenFileHeader) throws(TokenFileError) {
    var comparable = header
    comparable.columns = self.header.columns
    guard self.header.isCompatible(with: comparable),
      header.columns.map(\.name) == self.header.columns.map(\.name),
      header.columns.map(\.kind) == self.header.columns.map(\.kind)
    else {
      throw TokenFileError(.headersDiffer(self.header.differences(from: header)), path: self.path)
    }
    try TokenFileWriter.write(to: path, header: header, inputs: inputCount) {
      (writer) throws(TokenFileError) in
      var rejects = try rejects()[...]
      var rows = rows
      while let row = try rows.next() {
        while rejects.first?.input == writer.rowCount + writer.rejectCount {
          try writer.reject(rejects.removeFirst())
        }
        try writer.append(row)
      }
      for reject in rejects { try writer.reject(reject) }
    }
  }
}

extension TokenFileHeader {
  /// The same header with its grids coded compactly along `tree`, wherever the tree fits the
  /// vocabulary of the column.
  public func compacted(along tree: CodebookTree) -> TokenFileHeader {
    recoded { column in
      guard column.kind.name == "grid", column.kind.vocabularySize == tree.labels.count else {
        return column
      }
      return TokenFileColumn(
        id: column.id, name: column.name, kind: column.kind, encoding: .compact, tree: tree)
    }
  }

  /// The same header with all grids bit-packed.
  public func packed() -> TokenFileHeader {
    recoded { column in
      guard column.encoding == .compact else { return column }
      return TokenFileColumn(id: column.id, name: column.name, kind: column.kind)
    }
  }

  /// The same header with text and integers stored in `encoding`: raw, deflate or zstd.
  public func withText(_ encoding: TokenFileColumn.Encoding) -> TokenFileHeader {
    recoded { column in
      guard column.kind.vocabularySize == nil else { return column }
      return TokenFileColumn(
        id: column.id, name: column.name, kind: column.kind, encoding: encoding)
    }
  }

  private func recoded(_ change: (TokenFileColumn) -> TokenFileColumn) -> TokenFileHeader {
    var copy = self
    copy.columns = columns.map(change)
    return copy
  }
}
