import ByteCoding

extension TokenFile {
  /// Reads the whole file: every checksum, every table, every token against its vocabulary, every
  /// string, the order of all blocks, and that rows and rejects account for every input.
  public func verify() -> TokenFileReport {
    var report = TokenFileReport()
    report.rowCount = count
    report.rejectCount = rejectCount
    report.chunkCount = chunkCount
    report.byteCount = byteCount
    do throws(TokenFileError) {
      try naming {
        () throws(TokenFileError) in
        try source.withBytes { (bytes: RawSpan) throws(TokenFileError) in
          var walk = Verification(header: header, index: index)
          report = try walk.run(bytes, report)
        }
      }
    } catch {
      report.problems.append(error)
    }
    report.problems = report.problems.map { $0.at(path: path) }
    return report
  }
}

/// One pass over all blocks of a file, against its index.
private struct Verification {
  let header: TokenFileHeader
  let index: TokenFileIndex
  var report = TokenFileReport()
  var chunks = 0
  var rejectBlocks = 0
  var rows = 0
  var rejects = 0
  /// Inputs that the last REJECT block announced, when its CHUNK block must still come.
  var announced: Int?
  var lastRejectedInput = -1

  init(header: TokenFileHeader, index: TokenFileIndex) {
    self.header = header
    self.index = index
  }

  mutating func run(_ file: RawSpan, _ start: TokenFileReport) throws(TokenFileError)
    -> TokenFileReport
  {
    report = start
    var offset = try TokenFileHeader.read(from: file).end
    var ordinal: UInt64 = 1
    while offset < file.byteCount, report.problems.count < TokenFileReport.problemLimit {
      let block: Block
      do throws(TokenFileError) {
        block = try Block(at: offset, in: file, verifyingPayload: false)
        guard block.header.ordinal == ordinal else {
          throw TokenFileError(
            .wrongOrdinal(expected: ordinal, found: block.header.ordinal), offset: offset + 16)
        }
      } catch {
        report.problems.append(error)
        guard let next = nextIndexed(after: offset) else { break }
        (offset, ordinal) = (next, ordinalAt(next, file) ?? ordinal)
        continue
      }
      do throws(TokenFileError) {
        let payload = file.extracting(block.payload)
        try block.header.check(payload: payload, at: block.payload.lowerBound)
        try check(block, payload)
      } catch {
        report.problems.append(error)
      }
      offset = block.end
      ordinal += 1
    }
    if chunks != index.chunks.count || rejectBlocks != index.rejectBlocks.count {
      report.problems.append(
        TokenFileError(
          .countMismatch(
            what: "blocks that the index lists",
            expected: index.chunks.count + index.rejectBlocks.count,
            found: chunks + rejectBlocks), offset: index.offset))
    }
    return report
  }

  private func nextIndexed(after offset: Int) -> Int? {
    (index.chunks + index.rejectBlocks).map(\.offset).filter { $0 > offset }.min()
      ?? (index.offset > offset ? index.offset : nil)
  }

  private func ordinalAt(_ offset: Int, _ file: RawSpan) -> UInt64? {
    (try? BlockHeader(parsing: file.extracting(offset..<file.byteCount), at: offset))?.ordinal
  }

  private mutating func check(_ block: Block, _ payload: RawSpan) throws(TokenFileError) {
    let origin = block.payload.lowerBound
    switch block.header.type {
    case .chunk:
      let number = index.chunks.firstIndex { $0.offset == block.offset }
      guard let number else { throw unlisted(block) }
      chunks += 1
      rows = index.rows(ofChunk: number).upperBound
      let table = try ColumnTable(parsing: payload, at: origin)
      try table.check(rows: index.rows(ofChunk: number), at: origin)
      try checkInputs(table.inputCount, at: origin)
      let decoded = try DecodedChunk(
        number: number, header: header, table: table, payload: payload, at: origin)
      report.tokenCount += try decoded.checkValues(payload)
    case .reject:
      let number = index.rejectBlocks.firstIndex { $0.offset == block.offset }
      guard let number else { throw unlisted(block) }
      rejectBlocks += 1
      rejects = index.rejects(ofBlock: number).upperBound
      let table = try ColumnTable(parsing: payload, at: origin)
      try table.check(rows: index.rejects(ofBlock: number), at: origin)
      let found = try TokenFileReject.read(table, payload: payload, at: origin)
      guard let first = found.first, first.input > lastRejectedInput else {
        throw TokenFileError(
          .invalidField(what: "reject", detail: "inputs do not ascend"), offset: origin)
      }
      lastRejectedInput = found.last?.input ?? lastRejectedInput
      announced = table.inputCount
      if table.inputCount == rows + rejects { announced = nil }
    case .index, .end:
      guard announced == nil else {
        throw TokenFileError(
          .unexpectedBlock(found: block.header.type.name, expected: "CHUNK"), offset: block.offset)
      }
    case .head: throw unlisted(block)
    default: break
    }
  }

  private mutating func checkInputs(_ inputs: Int, at origin: Int) throws(TokenFileError) {
    defer { announced = nil }
    guard inputs == rows + rejects, announced ?? inputs == inputs else {
      throw TokenFileError(
        .countMismatch(
          what: "inputs up to the end of a group", expected: rows + rejects, found: inputs),
        offset: origin + 16)
    }
  }

  private func unlisted(_ block: Block) -> TokenFileError {
    TokenFileError(
      .unexpectedBlock(found: block.header.type.name, expected: "a block that the index lists"),
      offset: block.offset)
  }
}
