import ByteCoding
import Synchronization
public import Tokens

/// A finished token file, open for reading at any row.
///
/// The file is mapped; opening reads its header and its index only. A chunk's checksum is compared
/// when a row of it is first touched. Files that lack their end mark are refused.
///
/// ```swift
/// let file = try TokenFile(contentsOf: "photographs.tessera")
/// let grid = try file.grid(at: 17)
/// ```
public final class TokenFile: Sendable {
  /// What holds for the whole file.
  public let header: TokenFileHeader
  /// The path, nil for a file in memory.
  public let path: String?
  let index: TokenFileIndex
  let source: ByteSource
  private let cache: Mutex<Cache>

  /// What was learnt about chunks by touching them.
  private struct Cache {
    var isVerified: [Bool]
    var current: DecodedChunk?
  }

  /// Opens the file at `path`.
  ///
  /// - Throws: ``TokenFileError`` with the reason and the offset; `noEndMark` for a file that is
  ///   torn or still being written.
  public convenience init(contentsOf path: String) throws(TokenFileError) {
    let file: MappedFile
    do throws(ByteCodingError) {
      file = try MappedFile(path: path)
    } catch {
      throw TokenFileError(error)
    }
    try self.init(source: .mapped(file))
  }

  /// Opens a file that lies in memory.
  public convenience init(bytes: [UInt8]) throws(TokenFileError) {
    try self.init(source: .memory(bytes))
  }

  init(source: ByteSource) throws(TokenFileError) {
    self.source = source
    path = source.path
    do throws(TokenFileError) {
      (header, index) = try source.withBytes {
        (bytes: RawSpan) throws(TokenFileError) -> (TokenFileHeader, TokenFileIndex) in
        let (header, end) = try TokenFileHeader.read(from: bytes)
        return (header, try TokenFileIndex(endOf: bytes, headerEnd: end))
      }
    } catch {
      throw error.at(path: source.path)
    }
    cache = Mutex(
      Cache(isVerified: [Bool](repeating: false, count: index.chunks.count), current: nil))
  }

  /// Number of rows.
  public var count: Int { index.rowCount }
  /// Number of inputs that did not become rows.
  public var rejectCount: Int { index.rejectCount }
  /// Rows and rejects together.
  public var inputCount: Int { count + rejectCount }
  /// Bytes of the file.
  public var byteCount: Int { source.count }
  /// Number of chunks.
  public var chunkCount: Int { index.chunks.count }

  // MARK: Rows

  /// The row at `position` (0 ..< `count`; anything else traps).
  ///
  /// - Complexity: O(1) in the size of the file; the text columns of its chunk are inflated once for
  ///   neighbouring rows.
  public func row(at position: Int) throws(TokenFileError) -> TokenFileRow {
    TokenFileRow(values: try orderedValues(ofRow: position), header: header)
  }

  /// The values of a row in the order of the header's columns.
  func orderedValues(ofRow position: Int) throws(TokenFileError) -> [TokenFileValue] {
    precondition(0..<count ~= position, "row \(position) of a file of \(count) rows")
    let number = index.chunk(ofRow: position)
    let chunk = try decodedChunk(number)
    return try naming {
      () throws(TokenFileError) in
      try source.withBytes { (bytes: RawSpan) throws(TokenFileError) in
        try chunk.values(
          position - chunk.firstRow, payload: bytes.extracting(chunk.payloadRange))
      }
    }
  }

  /// The decoded chunk of that number, the last one kept for rows beside each other.
  private func decodedChunk(_ number: Int) throws(TokenFileError) -> DecodedChunk {
    if let current = cache.withLock({ $0.current }), current.number == number { return current }
    let fresh = try withChunk(number) { (table, payload, origin) throws(TokenFileError) in
      try DecodedChunk(
        number: number, header: self.header, table: table, payload: payload, at: origin)
    }
    cache.withLock { $0.current = fresh }
    return fresh
  }

  /// The row at `position`; see ``row(at:)``.
  public subscript(position: Int) -> TokenFileRow {
    get throws(TokenFileError) { try row(at: position) }
  }

  /// The rows in order; a file reads them one chunk at a time.
  public var rows: TokenFileRows { TokenFileRows(file: self) }

  /// The token grid of one row of a grid column, without touching other columns.
  ///
  /// - Complexity: O(1) in the size of the file; a compact column is decoded chunk by chunk.
  public func grid(
    at position: Int, column name: String = TokenFileColumn.imageName
  ) throws(TokenFileError) -> TokenGrid {
    precondition(0..<count ~= position, "row \(position) of a file of \(count) rows")
    let column = try tokenColumn(name)
    let number = index.chunk(ofRow: position)
    let first = index.chunks[number].first
    if column.tree != nil {
      // Coded as one stream: the whole chunk is decoded, once for neighbouring rows.
      let chunk = try decodedChunk(number)
      return try naming { () throws(TokenFileError) in
        try source.withBytes { (bytes: RawSpan) throws(TokenFileError) in
          try chunk.grid(
            position - first, column: name, header: header,
            payload: bytes.extracting(chunk.payloadRange))
        }
      }
    }
    return try withChunk(number) { (table, payload, origin) throws(TokenFileError) in
      let tokens = try TokenBody(column, table: table, payload: payload, at: origin)
      guard case .grid(let grid) = try tokens.value(position - first, from: payload) else {
        throw TokenFileError(.noSuchColumn(name: name, kind: "grid"))
      }
      return grid
    }
  }

  /// All tokens of one chunk of a token column, row after row.
  ///
  /// - Parameters:
  ///   - chunk: Number of the chunk, 0 ..< `chunkCount`.
  ///   - name: The column; every grid of it has `height * width` tokens (see the header).
  /// - Returns: The tokens of the chunk's rows, each below the vocabulary size.
  public func tokens(
    inChunk chunk: Int, column name: String = TokenFileColumn.imageName
  ) throws(TokenFileError) -> [TokenID] {
    let column = try tokenColumn(name)
    return try withChunk(chunk) { (table, payload, origin) throws(TokenFileError) in
      try TokenBody(column, table: table, payload: payload, at: origin).all(from: payload)
    }
  }

  /// The rows that a chunk holds.
  public func rows(inChunk chunk: Int) -> Range<Int> { index.rows(ofChunk: chunk) }

  func tokenColumn(_ name: String) throws(TokenFileError) -> TokenFileColumn {
    guard let column = header.column(named: name), column.kind.vocabularySize != nil else {
      throw TokenFileError(.noSuchColumn(name: name, kind: "grid"), path: path)
    }
    return column
  }

  // MARK: Blocks

  /// Hands the table and payload of a chunk to `body`, its checksum compared once.
  func withChunk<Result>(
    _ number: Int,
    _ body: (_ table: ColumnTable, _ payload: RawSpan, _ origin: Int) throws(TokenFileError) ->
      Result
  ) throws(TokenFileError) -> Result {
    let verified = cache.withLock { $0.isVerified[number] }
    let result = try naming {
      () throws(TokenFileError) in
      try source.withBytes {
        (bytes: RawSpan) throws(TokenFileError) -> Result in
        let block = try Block(
          at: index.chunks[number].offset, in: bytes, verifyingPayload: !verified)
        try block.expect(.chunk)
        let payload = bytes.extracting(block.payload)
        let table = try ColumnTable(parsing: payload, at: block.payload.lowerBound)
        try table.check(rows: index.rows(ofChunk: number), at: block.payload.lowerBound)
        return try body(table, payload, block.payload.lowerBound)
      }
    }
    if !verified { cache.withLock { $0.isVerified[number] = true } }
    return result
  }

  /// Runs `body` and puts the file's name into its error.
  func naming<Result>(
    _ body: () throws(TokenFileError) -> Result
  ) throws(TokenFileError) -> Result {
    do throws(TokenFileError) {
      try source.checkSize()
      return try body()
    } catch {
      throw error.at(path: path)
    }
  }

  // MARK: Rejects

  /// The inputs that did not become rows, in input order.
  public func rejects() throws(TokenFileError) -> [TokenFileReject] {
    try naming {
      () throws(TokenFileError) in
      try source.withBytes { (bytes: RawSpan) throws(TokenFileError) in
        var result: [TokenFileReject] = []
        for (number, entry) in index.rejectBlocks.enumerated() {
          let block = try Block(at: entry.offset, in: bytes)
          try block.expect(.reject)
          let payload = bytes.extracting(block.payload)
          let table = try ColumnTable(parsing: payload, at: block.payload.lowerBound)
          try table.check(rows: index.rejects(ofBlock: number), at: block.payload.lowerBound)
          result += try TokenFileReject.read(table, payload: payload, at: block.payload.lowerBound)
        }
        return result
      }
    }
  }
}

extension ColumnTable {
  /// Compares the numbers of the rows (or rejects) with those of the index.
  func check(rows: Range<Int>, at origin: Int) throws(TokenFileError) {
    guard first == rows.lowerBound else {
      throw TokenFileError(
        .countMismatch(what: "first row of a block", expected: rows.lowerBound, found: first),
        offset: origin + 8)
    }
    guard count == rows.count else {
      throw TokenFileError(
        .countMismatch(what: "rows of a block", expected: rows.count, found: count),
        offset: origin + 4)
    }
  }
}

extension TokenFileReject {
  /// Reads the rejects of a REJECT block.
  static func read(
    _ table: ColumnTable, payload: RawSpan, at origin: Int
  ) throws(TokenFileError) -> [TokenFileReject] {
    guard table.columns.count == RejectColumns.all.count else {
      throw TokenFileError(
        .countMismatch(
          what: "columns of a reject block", expected: RejectColumns.all.count,
          found: table.columns.count), offset: origin)
    }
    var bodies: [ColumnBody] = []
    for (column, limit) in zip(RejectColumns.all, RejectColumns.stringLimits) {
      bodies.append(
        try ColumnBody(column, table: table, payload: payload, at: origin, stringLimit: limit))
    }
    var result: [TokenFileReject] = []
    var previous: Int64 = -1
    for position in 0..<table.count {
      guard case .integers(let input) = try bodies[0].value(position),
        case .text(let key) = try bodies[1].value(position),
        case .text(let stage) = try bodies[2].value(position),
        case .text(let code) = try bodies[3].value(position),
        case .text(let message) = try bodies[4].value(position)
      else { preconditionFailure("the reject columns have fixed kinds") }
      guard input[0] > previous, input[0] < table.inputCount else {
        throw TokenFileError(
          .invalidField(
            what: "reject", detail: "input \(input[0]) of \(table.inputCount) after \(previous)"),
          offset: origin)
      }
      previous = input[0]
      result.append(
        TokenFileReject(key: key, stage: stage, code: code, message: message, input: Int(previous)))
    }
    return result
  }
}
