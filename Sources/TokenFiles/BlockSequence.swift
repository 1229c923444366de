import ByteCoding

/// Checks that blocks which arrive one after the other make a file: their order, their numbers, and
/// that index and end say what went before.
struct BlockSequence {
  /// What a block turned out to be.
  enum Item {
    case chunk(ColumnTable)
    case rejects([TokenFileReject])
    case index
    case end
    /// An ancillary block of a later version.
    case skipped
  }

  private(set) var progress: WriterProgress
  /// Inputs that a REJECT block announced whose CHUNK block must come next.
  private var announced: Int?
  private var index: TokenFileIndex?
  private let headerEnd: Int
  /// Whether the last block was an END block, after which a file may stop.
  private(set) var isComplete = false

  /// Whether a REJECT block announced a CHUNK block that has not come yet.
  var isGroupOpen: Bool { announced != nil }

  /// Starts behind the HEAD block.
  init(headerEnd: Int) {
    var progress = WriterProgress()
    progress.size = headerEnd
    progress.nextOrdinal = 1
    self.init(headerEnd: headerEnd, progress: progress)
  }

  /// Starts behind blocks that were passed over already.
  init(headerEnd: Int, progress: WriterProgress) {
    self.headerEnd = headerEnd
    self.progress = progress
  }

  /// Takes the next block, its payload checksum compared.
  mutating func take(_ block: Block, payload: RawSpan) throws(TokenFileError) -> Item {
    guard block.header.ordinal == progress.nextOrdinal else {
      throw TokenFileError(
        .wrongOrdinal(expected: progress.nextOrdinal, found: block.header.ordinal),
        offset: block.offset + 16)
    }
    let type = block.header.type
    if index != nil, type != .end { throw unexpected(block, "END") }
    if announced != nil, type != .chunk { throw unexpected(block, "CHUNK") }
    isComplete = false
    switch type {
    case .chunk: return .chunk(try takeChunk(block, payload))
    case .reject: return .rejects(try takeRejects(block, payload))
    case .index:
      try takeIndex(block, payload)
      return .index
    case .end:
      try takeEnd(block, payload)
      return .end
    case _ where type.isAncillary:
      progress.pass(block)
      return .skipped
    default: throw unexpected(block, "CHUNK, REJECT or INDEX")
    }
  }

  private func unexpected(_ block: Block, _ expected: String) -> TokenFileError {
    TokenFileError(
      .unexpectedBlock(found: block.header.type.name, expected: expected), offset: block.offset)
  }

  private mutating func takeChunk(
    _ block: Block, _ payload: RawSpan
  ) throws(TokenFileError) -> ColumnTable {
    let origin = block.payload.lowerBound
    let table = try ColumnTable(parsing: payload, at: origin)
    try table.check(rows: progress.rowCount..<progress.rowCount + table.count, at: origin)
    progress.pass(block, rows: table.count)
    let inputs = progress.inputCount
    guard table.inputCount == inputs, announced ?? inputs == inputs else {
      throw TokenFileError(
        .countMismatch(
          what: "inputs up to the end of a group", expected: inputs, found: table.inputCount),
        offset: origin + 16)
    }
    announced = nil
    return table
  }

  private mutating func takeRejects(
    _ block: Block, _ payload: RawSpan
  ) throws(TokenFileError) -> [TokenFileReject] {
    let origin = block.payload.lowerBound
    let table = try ColumnTable(parsing: payload, at: origin)
    try table.check(
      rows: progress.rejectCount..<progress.rejectCount + table.count, at: origin)
    let rejects = try TokenFileReject.read(table, payload: payload, at: origin)
    let inputsBefore = progress.inputCount
    guard let first = rejects.first, first.input >= inputsBefore else {
      throw TokenFileError(
        .invalidField(what: "reject", detail: "an input before its group"), offset: origin)
    }
    progress.pass(block, rejects: table.count)
    let inputs = progress.inputCount
    guard table.inputCount >= inputs else {
      throw TokenFileError(
        .countMismatch(
          what: "inputs up to the end of a group", expected: inputs, found: table.inputCount),
        offset: origin + 16)
    }
    announced = table.inputCount > inputs ? table.inputCount : nil
    return rejects
  }

  private mutating func takeIndex(_ block: Block, _ payload: RawSpan) throws(TokenFileError) {
    let found = try TokenFileIndex(block, payload: payload, headerEnd: headerEnd)
    guard found.rowCount == progress.rowCount, found.rejectCount == progress.rejectCount else {
      throw TokenFileError(
        .countMismatch(
          what: "inputs in the index", expected: progress.inputCount,
          found: found.rowCount + found.rejectCount), offset: block.payload.lowerBound)
    }
    guard found.chunks == progress.chunks, found.rejectBlocks == progress.rejectBlocks else {
      throw TokenFileError(
        .invalidField(what: "index", detail: "it does not list the blocks before it"),
        offset: block.payload.lowerBound)
    }
    index = found
    progress.pass(block)
  }

  private mutating func takeEnd(_ block: Block, _ payload: RawSpan) throws(TokenFileError) {
    guard let index else { throw unexpected(block, "INDEX") }
    let fields = try EndFields(block, payload: payload)
    guard fields.indexOffset == index.offset else {
      throw TokenFileError(
        .countMismatch(what: "index offset", expected: index.offset, found: fields.indexOffset),
        offset: block.payload.lowerBound)
    }
    try fields.check(rowCount: index.rowCount, rejectCount: index.rejectCount)
    self.index = nil
    isComplete = true
    progress.pass(block)
  }
}

extension WriterProgress {
  /// Passes over a block that is in the file already.
  mutating func pass(_ block: Block, rows: Int = 0, rejects: Int = 0) {
    if rows > 0 { chunks.append(Entry(offset: block.offset, first: rowCount)) }
    if rejects > 0 { rejectBlocks.append(Entry(offset: block.offset, first: rejectCount)) }
    rowCount += rows
    rejectCount += rejects
    nextOrdinal += 1
    size = block.end
  }
}
