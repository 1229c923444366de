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
          try verify(bytes, &report)
        }
      }
    } catch {
      report.problems.append(error)
    }
    report.problems = report.problems.map { $0.at(path: path) }
    return report
  }

  private func verify(_ file: RawSpan, _ report: inout TokenFileReport) throws(TokenFileError) {
    let headerEnd = try TokenFileHeader.read(from: file).end
    var sequence = BlockSequence(headerEnd: headerEnd)
    while sequence.progress.size < file.byteCount,
      report.problems.count < TokenFileReport.problemLimit
    {
      let offset = sequence.progress.size
      do throws(TokenFileError) {
        let block = try Block(at: offset, in: file)
        let payload = file.extracting(block.payload)
        if case .chunk(let table) = try sequence.take(block, payload: payload) {
          let chunk = try DecodedChunk(
            number: 0, header: header, table: table, payload: payload,
            at: block.payload.lowerBound)
          report.tokenCount += try chunk.checkValues(payload)
        }
      } catch {
        report.problems.append(error)
        if sequence.progress.size == offset {
          guard let next = index.nextBlock(after: offset) else { return }
          sequence = BlockSequence(headerEnd: headerEnd, at: next, index: index, file: file)
        }
      }
    }
  }
}

extension TokenFileIndex {
  /// Where the first block behind `offset` begins that the index knows of, itself included.
  fileprivate func nextBlock(after offset: Int) -> Int? {
    let candidates = [
      chunks[firstPosition(chunks, after: offset)...].first?.offset,
      rejectBlocks[firstPosition(rejectBlocks, after: offset)...].first?.offset,
      self.offset > offset ? self.offset : nil,
    ]
    return candidates.compactMap(\.self).min()
  }

  /// How many of `entries`, which ascend, lie at or before `offset`.
  fileprivate func firstPosition(_ entries: [WriterProgress.Entry], after offset: Int) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].offset <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension BlockSequence {
  /// Goes on at a block that the index lists, as if everything before it had been sound.
  fileprivate init(headerEnd: Int, at offset: Int, index: TokenFileIndex, file: RawSpan) {
    var progress = WriterProgress()
    progress.size = offset
    let chunkCount = index.firstPosition(index.chunks, after: offset - 1)
    let rejectBlockCount = index.firstPosition(index.rejectBlocks, after: offset - 1)
    progress.chunks = Array(index.chunks[..<chunkCount])
    progress.rejectBlocks = Array(index.rejectBlocks[..<rejectBlockCount])
    progress.rowCount = chunkCount == 0 ? 0 : index.rows(ofChunk: chunkCount - 1).upperBound
    progress.rejectCount =
      rejectBlockCount == 0 ? 0 : index.rejects(ofBlock: rejectBlockCount - 1).upperBound
    let head = try? BlockHeader(parsing: file.extracting(offset..<file.byteCount), at: offset)
    progress.nextOrdinal = head?.ordinal ?? 0
    self.init(headerEnd: headerEnd, progress: progress)
  }
}
