import ByteCoding

/// What a writer writes at once: a REJECT block, a CHUNK block, or a REJECT block and the CHUNK
/// block that it announces.
struct BlockGroup {
  /// The state of the file after this group.
  let sequence: BlockSequence
  let rejects: [TokenFileReject]
  /// Inputs before this group.
  let firstInput: Int
  private let chunk: (block: Block, table: ColumnTable)?

  /// Rows in the group.
  var rowCount: Int { chunk?.table.count ?? 0 }

  /// Reads the group that begins where `before` ends.
  ///
  /// - Returns: nil at the end of the file or where the index begins.
  /// - Throws: When the group is torn, damaged or out of place.
  init?(after before: BlockSequence, in file: RawSpan) throws(TokenFileError) {
    var sequence = before
    var rejects: [TokenFileReject] = []
    var chunk: (block: Block, table: ColumnTable)?
    repeat {
      guard sequence.progress.size < file.byteCount || sequence.isGroupOpen else { return nil }
      let block = try Block(at: sequence.progress.size, in: file)
      if block.header.type == .index, !sequence.isGroupOpen { return nil }
      switch try sequence.take(block, payload: file.extracting(block.payload)) {
      case .chunk(let table): chunk = (block, table)
      case .rejects(let found): rejects = found
      case .index, .end, .skipped: break
      }
    } while sequence.isGroupOpen
    firstInput = before.progress.inputCount
    self.sequence = sequence
    self.rejects = rejects
    self.chunk = chunk
  }

  /// The values of the group's rows, in column order.
  func rows(in file: RawSpan, header: TokenFileHeader) throws(TokenFileError) -> [[TokenFileValue]]
  {
    guard let (block, table) = chunk else { return [] }
    let payload = file.extracting(block.payload)
    let decoded = try DecodedChunk(
      number: 0, header: header, table: table, payload: payload, at: block.payload.lowerBound)
    var rows: [[TokenFileValue]] = []
    for row in 0..<table.count { rows.append(try decoded.values(row, payload: payload)) }
    return rows
  }

  /// Keys of the group's inputs, rows and rejects alike, in input order.
  func keys(in file: RawSpan, header: TokenFileHeader) throws(TokenFileError) -> [String] {
    var rowKeys: [String] = []
    if let (block, table) = chunk, let column = header.column(named: TokenFileColumn.keyName) {
      let body = try ColumnBody(
        column, table: table, payload: file.extracting(block.payload),
        at: block.payload.lowerBound)
      for row in 0..<table.count {
        if case .text(let key) = try body.value(row) { rowKeys.append(key) }
      }
    }
    var keys: [String] = []
    var nextRow = rowKeys.makeIterator()
    for reject in rejects {
      while firstInput + keys.count < reject.input, let key = nextRow.next() { keys.append(key) }
      keys.append(reject.key)
    }
    while let key = nextRow.next() { keys.append(key) }
    return keys
  }
}
