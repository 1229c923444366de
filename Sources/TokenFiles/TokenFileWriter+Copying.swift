import ByteCoding

extension TokenFileWriter {
  /// How rows came from one file into another.
  public struct CopyCount: Hashable, Sendable {
    /// Rows of chunks that were copied as they are stored.
    public var copied = 0
    /// Rows of chunks that were taken in part, or are longer than this file's: they were stored anew.
    public var storedAnew = 0

    /// Nothing copied.
    public init() {}
  }

  /// Appends rows of another file, and the rejects that lie between them.
  ///
  /// Chunks that are taken whole are copied as they are stored, after their checksums were compared.
  ///
  /// - Parameters:
  ///   - file: A file whose codec, recipe, policy, columns and text tokenizer are those of this one.
  ///   - rows: Rows of `file`, all of them when nil; a range beyond its rows traps.
  ///   - keepingRejects: Whether rejects are appended: those before a row that is, and those behind
  ///     the last row of the file with it.
  /// - Throws: ``TokenFileError``: `headersDiffer`, damage in `file`, whatever the file system refuses.
  @discardableResult
  public mutating func append(
    contentsOf file: TokenFile, rows: Range<Int>? = nil, keepingRejects: Bool = true
  ) throws(TokenFileError) -> CopyCount {
    guard header.isCompatible(with: file.header) else {
      throw TokenFileError(
        .headersDiffer(header.differences(from: file.header)), path: file.path)
    }
    let rows = rows ?? 0..<file.count
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= file.count,
      "rows \(rows) of a file of \(file.count) rows")
    var count = CopyCount()
    var rejects = keepingRejects ? try file.placedRejects()[...] : []
    while let first = rejects.first, first.row < rows.lowerBound { rejects.removeFirst() }
    var row = rows.lowerBound
    while row < rows.upperBound {
      let number = file.index.chunk(ofRow: row)
      let whole = file.rows(inChunk: number)
      if whole.lowerBound == row, whole.upperBound <= rows.upperBound,
        whole.count <= header.rowsPerChunk
      {
        let between = rejects.prefix { $0.row < whole.upperBound }
        rejects.removeFirst(between.count)
        try copy(chunk: number, of: file, rejects: between)
        row = whole.upperBound
        count.copied += whole.count
      } else {
        try reject(before: row, &rejects)
        try append(file.row(at: row))
        row += 1
        count.storedAnew += 1
      }
    }
    if rows.upperBound == file.count { try reject(before: file.count, &rejects) }
    return count
  }

  /// Appends the rejects that stand before a row.
  private mutating func reject(
    before row: Int, _ rejects: inout ArraySlice<PlacedReject>
  ) throws(TokenFileError) {
    while let first = rejects.first, first.row <= row {
      try reject(first.reject)
      rejects.removeFirst()
    }
  }

  private mutating func copy(
    chunk number: Int, of file: TokenFile, rejects: ArraySlice<PlacedReject>
  ) throws(TokenFileError) {
    let firstRow = file.rows(inChunk: number).lowerBound
    // Typed throws and inout captures do not go together: the payload is taken out first.
    let (payload, count) = try file.withChunk(number) {
      (table, payload, origin) throws(TokenFileError) in
      try table.checkColumns(of: file.header, at: origin)
      return ([UInt8](copying: payload), table.count)
    }
    try append(
      chunk: payload, rowCount: count,
      rejects: rejects.map { PlacedReject(row: $0.row - firstRow, reject: $0.reject) })
  }

  /// Appends a whole chunk as it is stored in another file.
  ///
  /// - Parameters:
  ///   - chunk: The payload of its block.
  ///   - rejects: The rejects before its first row or between its rows, which count from 0.
  mutating func append(
    chunk: [UInt8], rowCount: Int, rejects: [PlacedReject]
  ) throws(TokenFileError) {
    if pending.rowCount > 0 { try flush() }
    let leading = rejects.prefix { $0.row <= 0 }
    for placed in leading { try reject(placed.reject) }
    let others = rejects.dropFirst(leading.count)
    if pending.rejectCount + others.count > TokenFileLimits.rejectsPerBlock { try flush() }
    for placed in others {
      var numbered = placed.reject
      numbered.input = self.rowCount + rejectCount + placed.row
      pending.addReject(numbered)
    }
    var copied = progress
    var bytes: [UInt8] = []
    pending.appendRejects(to: &bytes, after: &copied, followedByRows: rowCount)
    let (first, inputs) = (copied.rowCount, copied.inputCount + rowCount)
    copied.addChunk(count: rowCount, to: &bytes) {
      $0 += ColumnTable.renumbered(chunk.rawSpan, first: first, inputCount: inputs)
    }
    try write(bytes, copied)
    pending.removeAll()
  }
}

/// A reject and the row that it stands before.
struct PlacedReject {
  /// Row of the file, or of the chunk; as many as there are for a reject behind the last.
  let row: Int
  let reject: TokenFileReject
}

extension TokenFile {
  /// The rejects with the rows that they stand before, in order.
  func placedRejects() throws(TokenFileError) -> [PlacedReject] {
    try rejects().enumerated().map { PlacedReject(row: $1.input - $0, reject: $1) }
  }
}

extension ColumnTable {
  /// Refuses a chunk whose columns are not exactly those of the header.
  func checkColumns(of header: TokenFileHeader, at origin: Int) throws(TokenFileError) {
    guard columns.map(\.id) == header.columns.map(\.id) else {
      throw TokenFileError(
        .invalidField(what: "column table", detail: "its columns are not those of the header"),
        offset: origin)
    }
  }
}
