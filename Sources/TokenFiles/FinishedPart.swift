import ByteCoding

/// A file up to its last end mark, whatever follows it: where an append begins.
struct FinishedPart {
  let header: TokenFileHeader
  /// Stands behind the END block.
  let sequence: BlockSequence
  /// Bytes up to the last end mark.
  var size: Int { sequence.progress.size }

  /// Finds the last end mark of the file at `path`.
  ///
  /// A file that ends there is opened through its index alone. After an append that was interrupted,
  /// block headers are walked over from the start: only a block that stands where the one before it
  /// ends counts, so that nothing inside a payload is taken for an END block.
  ///
  /// - Parameter mayHaveTail: Whether anything may follow the end mark.
  /// - Throws: `noEndMark` when there is none, or bytes follow it that may not.
  init(of path: String, mayHaveTail: Bool) throws(TokenFileError) {
    let file = try MappedFile.opening(path)
    do throws(TokenFileError) {
      (header, sequence) = try Self.find(file.bytes, mayHaveTail: mayHaveTail)
    } catch {
      throw error.at(path: path)
    }
  }

  private static func find(
    _ file: RawSpan, mayHaveTail: Bool
  ) throws(TokenFileError) -> (TokenFileHeader, BlockSequence) {
    let (header, headerEnd) = try TokenFileHeader.read(from: file)
    let index: TokenFileIndex
    do throws(TokenFileError) {
      index = try TokenFileIndex(endOf: file, headerEnd: headerEnd)
    } catch {
      guard mayHaveTail, case .noEndMark = error.reason,
        let end = lastEnd(file, from: headerEnd)
      else { throw error }
      index = try TokenFileIndex(endOf: file.extracting(0..<end), headerEnd: headerEnd)
    }
    var progress = WriterProgress()
    progress.size = index.endOffset
    progress.rowCount = index.rowCount
    progress.rejectCount = index.rejectCount
    progress.chunks = index.chunks
    progress.rejectBlocks = index.rejectBlocks
    progress.nextOrdinal = index.ordinal + 2
    return (header, BlockSequence(headerEnd: headerEnd, progress: progress))
  }

  /// Where the last END block ends, nil when there is none.
  private static func lastEnd(_ file: RawSpan, from headerEnd: Int) -> Int? {
    var offset = headerEnd
    var ordinal: UInt64 = 1
    var end: Int?
    while let block = try? Block(at: offset, in: file, verifyingPayload: false),
      block.header.ordinal == ordinal
    {
      if block.header.type == .end { end = block.end }
      offset = block.end
      ordinal += 1
    }
    return end
  }
}
