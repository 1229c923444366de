import ByteCoding

/// What a writer writes at once: a REJECT block, a CHUNK block, or a REJECT block and the CHUNK
/// block that it announces.
struct BlockGroup {
  /// The state of the file after this group.
  let progress: WriterProgress
  let rejects: [TokenFileReject]
  /// Keys of the group's inputs, rows and rejects alike, in input order.
  let keys: [String]
  /// Rows in the group.
  let rowCount: Int
  private let chunk: Block?

  /// Reads the group that begins where `before` ends.
  ///
  /// - Returns: nil at the end of the file or where the index begins.
  /// - Throws: When the group is torn, damaged or out of place.
  init?(after before: WriterProgress, in file: RawSpan, header: TokenFileHeader)
    throws(TokenFileError)
  {
    guard before.size < file.byteCount else { return nil }
    var progress = before
    var rejects: [TokenFileReject] = []
    var block = try Block(at: before.size, in: file)
    if block.header.type == .index { return nil }
    var announced = 0
    if block.header.type == .reject {
      let table = try Self.table(block, file, progress.nextOrdinal)
      try table.check(
        rows: progress.rejectCount..<progress.rejectCount + table.count, at: block.offset)
      rejects = try TokenFileReject.read(
        table, payload: file.extracting(block.payload), at: block.payload.lowerBound)
      progress.skip(block, rejects: table.count)
      announced = table.inputCount
    }
    let inputsBefore = before.rowCount + before.rejectCount
    var rowKeys: [String] = []
    if rejects.isEmpty || announced > inputsBefore + rejects.count {
      if !rejects.isEmpty { block = try Block(at: progress.size, in: file) }
      try block.expect(.chunk)
      let table = try Self.table(block, file, progress.nextOrdinal)
      try table.check(rows: progress.rowCount..<progress.rowCount + table.count, at: block.offset)
      rowKeys = try Self.keys(block, table, file, header)
      progress.skip(block, rows: table.count)
      announced = table.inputCount
      chunk = block
    } else {
      chunk = nil
    }
    let inputs = progress.rowCount + progress.rejectCount
    guard announced == inputs else {
      throw TokenFileError(
        .countMismatch(
          what: "inputs up to the end of a group", expected: inputs, found: announced),
        offset: before.size)
    }
    var keys: [String] = []
    var nextReject = rejects.makeIterator()
    var reject = nextReject.next()
    var nextRow = rowKeys.makeIterator()
    for input in inputsBefore..<inputs {
      if let current = reject, current.input == input {
        keys.append(current.key)
        reject = nextReject.next()
      } else if let key = nextRow.next() {
        keys.append(key)
      }
    }
    guard reject == nil, keys.count == inputs - inputsBefore else {
      throw TokenFileError(
        .invalidField(what: "reject", detail: "an input outside its group"), offset: before.size)
    }
    self.progress = progress
    self.rejects = rejects
    self.keys = keys
    rowCount = rowKeys.count
  }

  private static func table(
    _ block: Block, _ file: RawSpan, _ ordinal: UInt64
  ) throws(TokenFileError) -> ColumnTable {
    guard block.header.ordinal == ordinal else {
      throw TokenFileError(
        .wrongOrdinal(expected: ordinal, found: block.header.ordinal), offset: block.offset + 16)
    }
    return try ColumnTable(
      parsing: file.extracting(block.payload), at: block.payload.lowerBound)
  }

  private static func keys(
    _ block: Block, _ table: ColumnTable, _ file: RawSpan, _ header: TokenFileHeader
  ) throws(TokenFileError) -> [String] {
    guard let column = header.column(named: TokenFileColumn.keyName) else { return [] }
    let body = try ColumnBody(
      column, table: table, payload: file.extracting(block.payload), at: block.payload.lowerBound)
    var keys: [String] = []
    for row in 0..<table.count {
      if case .text(let key) = try body.value(row) { keys.append(key) }
    }
    return keys
  }

  /// The values of all rows of the group.
  func rows(in file: RawSpan, header: TokenFileHeader) throws(TokenFileError) -> [[TokenFileValue]]
  {
    guard let chunk else { return [] }
    let payload = file.extracting(chunk.payload)
    let table = try ColumnTable(parsing: payload, at: chunk.payload.lowerBound)
    let decoded = try DecodedChunk(
      number: 0, header: header, table: table, payload: payload, at: chunk.payload.lowerBound)
    var rows: [[TokenFileValue]] = []
    for row in 0..<table.count { rows.append(try decoded.values(row, file: file)) }
    return rows
  }
}

extension WriterProgress {
  /// Passes over a block that is in the file already.
  fileprivate mutating func skip(_ block: Block, rows: Int = 0, rejects: Int = 0) {
    if rows > 0 { chunks.append(Entry(offset: block.offset, first: rowCount)) }
    if rejects > 0 { rejectBlocks.append(Entry(offset: block.offset, first: rejectCount)) }
    rowCount += rows
    rejectCount += rejects
    nextOrdinal += 1
    size = block.end
  }
}
