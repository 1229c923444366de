import ByteCoding

/// Where the chunks and reject blocks of a file lie; inverse of ``WriterProgress/close()``.
struct TokenFileIndex: Sendable {
  let rowCount: Int
  let rejectCount: Int
  let chunks: [WriterProgress.Entry]
  let rejectBlocks: [WriterProgress.Entry]
  /// Ordinal of the INDEX block.
  let ordinal: UInt64
  /// Where the INDEX block begins.
  let offset: Int

  /// Where the END block behind the INDEX block ends: the size of the file that they close.
  var endOffset: Int {
    offset + 2 * TokenFileLayout.blockHeaderSize + TokenFileLayout.indexHeaderSize
      + (chunks.count + rejectBlocks.count) * TokenFileLayout.indexEntrySize
      + TokenFileLayout.endPayloadSize
  }

  /// Finds the index through the end block, the last 64 bytes of a file.
  init(endOf file: RawSpan, headerEnd: Int) throws(TokenFileError) {
    let endOffset =
      file.byteCount - TokenFileLayout.blockHeaderSize - TokenFileLayout.endPayloadSize
    guard endOffset >= headerEnd, Self.endsWithMark(file) else {
      throw TokenFileError(.noEndMark, offset: file.byteCount)
    }
    let end = try Block(at: endOffset, in: file)
    try end.expect(.end)
    let fields = try EndFields(end, payload: file.extracting(end.payload))
    guard fields.indexOffset >= headerEnd, fields.indexOffset < endOffset else {
      throw TokenFileError(
        .invalidField(
          what: "index offset",
          detail: "\(fields.indexOffset) lies outside \(headerEnd)..<\(endOffset)"),
        offset: end.payload.lowerBound)
    }
    let block = try Block(at: fields.indexOffset, in: file)
    try block.expect(.index)
    guard block.end == endOffset else {
      throw TokenFileError(
        .countMismatch(what: "end of the index", expected: endOffset, found: block.end),
        offset: block.offset)
    }
    guard end.header.ordinal == block.header.ordinal + 1 else {
      throw TokenFileError(
        .wrongOrdinal(expected: block.header.ordinal + 1, found: end.header.ordinal),
        offset: endOffset + 16)
    }
    try self.init(block, payload: file.extracting(block.payload), headerEnd: headerEnd)
    try fields.check(rowCount: rowCount, rejectCount: rejectCount)
  }

  /// Reads the payload of an INDEX block.
  init(_ block: Block, payload: RawSpan, headerEnd: Int) throws(TokenFileError) {
    let origin = block.payload.lowerBound
    var reader = ByteReader(payload, origin: origin)
    rowCount = try reader.field64("row count")
    rejectCount = try reader.field64("reject count")
    let chunkCount = try reader.field32("chunk count")
    let rejectBlockCount = try reader.field32("reject block count")
    let needed = (chunkCount + rejectBlockCount) * TokenFileLayout.indexEntrySize
    guard reader.remaining == needed else {
      throw TokenFileError(
        .countMismatch(what: "bytes of the index", expected: needed, found: reader.remaining),
        offset: origin + 16)
    }
    chunks = try Self.entries(chunkCount, from: &reader)
    rejectBlocks = try Self.entries(rejectBlockCount, from: &reader)
    offset = block.offset
    ordinal = block.header.ordinal
    try check(
      chunks, count: rowCount, limit: TokenFileLimits.rowsPerChunk, what: "chunk",
      within: headerEnd..<block.offset, at: origin)
    try check(
      rejectBlocks, count: rejectCount, limit: TokenFileLimits.rejectsPerBlock,
      what: "reject block", within: headerEnd..<block.offset, at: origin)
  }

  private static func entries(
    _ count: Int, from reader: inout ByteReader
  ) throws(TokenFileError) -> [WriterProgress.Entry] {
    var entries: [WriterProgress.Entry] = []
    entries.reserveCapacity(count)
    for _ in 0..<count {
      entries.append(
        .init(
          offset: try reader.field64("block offset"), first: try reader.field64("first row")))
    }
    return entries
  }

  private func check(
    _ entries: [WriterProgress.Entry], count: Int, limit: Int, what: String, within: Range<Int>,
    at origin: Int
  ) throws(TokenFileError) {
    func bad(_ detail: String) -> TokenFileError {
      TokenFileError(.invalidField(what: "index", detail: detail), offset: origin)
    }
    guard entries.isEmpty == (count == 0), (entries.first?.first ?? 0) == 0 else {
      throw bad("\(entries.count) \(what)s for \(count)")
    }
    for position in entries.indices {
      let entry = entries[position]
      let next = position + 1 < entries.count ? entries[position + 1].first : count
      guard within ~= entry.offset, entry.offset.isMultiple(of: TokenFileLayout.alignment),
        position == 0 || entries[position - 1].offset < entry.offset
      else { throw bad("\(what) \(position) at byte \(entry.offset)") }
      guard next > entry.first, next - entry.first <= limit else {
        throw bad("\(what) \(position) of \(next - entry.first) rows")
      }
    }
  }

  static func endsWithMark(_ file: RawSpan) -> Bool {
    guard file.byteCount >= 8 else { return false }
    var reader = ByteReader(file.extracting(file.byteCount - 8..<file.byteCount))
    return (try? reader.readUInt64()) == TokenFileLayout.endMark
  }

  /// The chunk that holds `row`, by bisection.
  func chunk(ofRow row: Int) -> Int {
    var low = 0
    var high = chunks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if chunks[middle].first <= row { low = middle } else { high = middle }
    }
    return low
  }

  /// Rows of a chunk.
  func rows(ofChunk chunk: Int) -> Range<Int> {
    chunks[chunk].first..<(chunk + 1 < chunks.count ? chunks[chunk + 1].first : rowCount)
  }

  /// Numbers of the rejects in a reject block.
  func rejects(ofBlock block: Int) -> Range<Int> {
    rejectBlocks[block]
      .first..<(block + 1 < rejectBlocks.count ? rejectBlocks[block + 1].first : rejectCount)
  }
}

/// The payload of an END block.
struct EndFields {
  let indexOffset: Int
  let rowCount: Int
  let rejectCount: Int
  private let offset: Int

  init(_ block: Block, payload: RawSpan) throws(TokenFileError) {
    offset = block.payload.lowerBound
    guard payload.byteCount == TokenFileLayout.endPayloadSize else {
      throw TokenFileError(
        .countMismatch(
          what: "bytes of the end block", expected: TokenFileLayout.endPayloadSize,
          found: payload.byteCount), offset: block.offset + 8)
    }
    var reader = ByteReader(payload, origin: offset)
    indexOffset = try reader.field64("index offset")
    rowCount = try reader.field64("row count")
    rejectCount = try reader.field64("reject count")
    let mark = UInt64(try reader.field64("end mark"))
    guard mark == TokenFileLayout.endMark else {
      throw TokenFileError(.noEndMark, offset: offset + 24)
    }
  }

  /// Compares the totals with those of the index.
  func check(rowCount: Int, rejectCount: Int) throws(TokenFileError) {
    guard self.rowCount == rowCount else {
      throw TokenFileError(
        .countMismatch(what: "rows of index and end", expected: rowCount, found: self.rowCount),
        offset: offset + 8)
    }
    guard self.rejectCount == rejectCount else {
      throw TokenFileError(
        .countMismatch(
          what: "rejects of index and end", expected: rejectCount, found: self.rejectCount),
        offset: offset + 16)
    }
  }
}
