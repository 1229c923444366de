import ByteCoding

/// What can be kept of a `NAME.partial`, or of a file that somebody began to append to.
struct PartialFile {
  /// Everything up to the last full group, or up to a last group that is not full and is pending.
  private(set) var progress = WriterProgress()
  /// The rows and rejects of a last group that is not full.
  private(set) var pending: PendingGroup
  private(set) var resumption = TokenFileResumption()

  private let header: TokenFileHeader

  /// Reads `NAME.partial` and puts what lies behind the last whole group aside.
  ///
  /// - Throws: `headersDiffer` when the file was begun with another header, `notATokenFile` when it
  ///   is something else; file system errors.
  init(path: String, header: TokenFileHeader) throws(TokenFileError) {
    self.header = header
    pending = PendingGroup(header)
    let file = try MappedFile.opening(path)
    let kept: Int
    do throws(TokenFileError) {
      kept = try scan(file.bytes)
    } catch {
      throw error.at(path: path)
    }
    try setAside(file, from: kept, besides: String(path.dropLast(".partial".count)))
  }

  /// Keeps `path` up to its last end mark and, of what was appended since then, the whole groups if
  /// the caller wants them; puts the rest aside.
  init(
    behind finished: FinishedPart, of path: String, keepingGroups: Bool
  ) throws(TokenFileError) {
    header = finished.header
    pending = PendingGroup(header)
    progress = finished.sequence.progress
    let file = try MappedFile.opening(path)
    let kept: Int
    do throws(TokenFileError) {
      kept =
        keepingGroups ? try collect(file.bytes, from: finished.sequence) : finished.size
    } catch {
      throw error.at(path: path)
    }
    try setAside(file, from: kept, besides: path)
  }

  /// Walks over the blocks and collects what is whole.
  ///
  /// - Returns: Where the bytes begin that cannot be kept.
  private mutating func scan(_ file: RawSpan) throws(TokenFileError) -> Int {
    let start = [UInt8](copying: file.extracting(0..<min(8, file.byteCount)))
    if TokenFileLayout.magic.starts(with: start), start.count < 8 { return 0 }
    let found: TokenFileHeader
    let headerEnd: Int
    do throws(TokenFileError) {
      (found, headerEnd) = try TokenFileHeader.read(from: file)
    } catch {
      // Cut within the header block: nothing is lost by starting again.
      if case .truncated = error.reason { return 0 }
      throw error
    }
    let differences = found.differences(from: header)
    guard differences.isEmpty else { throw TokenFileError(.headersDiffer(differences)) }
    return try collect(file, from: BlockSequence(headerEnd: headerEnd))
  }

  /// Collects the whole groups from where `start` ends.
  private mutating func collect(
    _ file: RawSpan, from start: BlockSequence
  ) throws(TokenFileError) -> Int {
    var sequence = start
    progress = sequence.progress
    var last: BlockGroup?
    var isDamaged = false
    do throws(TokenFileError) {
      while let group = try BlockGroup(after: sequence, in: file) {
        resumption.keys += try group.keys(in: file, header: header)
        resumption.rowCount += group.rowCount
        resumption.rejects += group.rejects
        progress = sequence.progress
        sequence = group.sequence
        last = group
      }
    } catch {
      isDamaged = true
    }
    if let last { try take(last, file) }
    // What follows undamaged is an index, which is made anew.
    return isDamaged ? sequence.progress.size : file.byteCount
  }

  /// Keeps the last group as it is when it is full; otherwise its rows wait for more.
  private mutating func take(_ group: BlockGroup, _ file: RawSpan) throws(TokenFileError) {
    if group.rowCount == header.rowsPerChunk
      || group.rejects.count == PendingGroup.rejectLimit(header)
    {
      progress = group.sequence.progress
      return
    }
    for row in try group.rows(in: file, header: header) { pending.addRow(row) }
    for reject in group.rejects { pending.addReject(reject) }
  }

  private mutating func setAside(
    _ file: MappedFile, from start: Int, besides path: String
  ) throws(TokenFileError) {
    guard start < file.count else { return }
    let name = path + ".torn"
    do throws(ByteCodingError) {
      var torn = try AtomicOutputFile(path: name, leftover: .replace)
      try torn.write(file.bytes.extracting(start..<file.count))
      try torn.commit()
    } catch {
      throw TokenFileError(error)
    }
    resumption.discardedByteCount = file.count - start
    resumption.discardedPath = name
  }
}

extension MappedFile {
  /// Maps a file; errors are those of this room.
  static func opening(_ path: String) throws(TokenFileError) -> MappedFile {
    do throws(ByteCodingError) { return try MappedFile(path: path) } catch {
      throw TokenFileError(error)
    }
  }
}
