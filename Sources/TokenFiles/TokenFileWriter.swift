public import ByteCoding

/// Writes a token file row by row, in one pass, in bounded memory.
///
/// Rows and rejects are appended in the order of the inputs. After every
/// ``TokenFileHeader/rowsPerChunk`` rows (or rejects) a group of blocks goes to `NAME.partial`;
/// ``finish(inputs:)`` adds the index and the end mark and gives the file its name. A writer that is
/// dropped leaves `NAME.partial`, which ``init(resuming:header:)`` continues so that the finished
/// bytes equal those of an uninterrupted run.
public struct TokenFileWriter: ~Copyable {
  /// The header of the file.
  public let header: TokenFileHeader
  /// What ``init(resuming:header:)`` found; empty for a new file.
  public let resumption: TokenFileResumption
  private var file: AtomicOutputFile
  private var progress: WriterProgress
  private var pending: PendingGroup
  private var lastSync = ContinuousClock.now

  /// Rows so far.
  public var rowCount: Int { progress.rowCount + pending.rowCount }
  /// Rejects so far.
  public var rejectCount: Int { progress.rejectCount + pending.rejectCount }

  /// Starts a new file.
  ///
  /// - Parameters:
  ///   - path: The finished file's name. A file that has it already is replaced at the end.
  ///   - header: What holds for the whole file.
  ///   - leftover: What to do with a `NAME.partial` that an earlier run left: refuse it (also for
  ///     `keep`, which needs ``init(resuming:header:)``), or replace it.
  /// - Throws: ``TokenFileError``: a header that no file may have; a file that another writer holds
  ///   (`busy`); whatever the file system refuses.
  public init(
    to path: String, header: TokenFileHeader, leftover: AtomicOutputFile.Leftover = .refuse
  ) throws(TokenFileError) {
    let payload = try Self.headerPayload(header)
    var progress = WriterProgress()
    let start = progress.begin(payload)
    do throws(ByteCodingError) {
      var file = try AtomicOutputFile(
        path: path, leftover: leftover == .keep ? .refuse : leftover)
      try file.write(start.rawSpan)
      self.file = file
    } catch {
      throw TokenFileError(error)
    }
    self.header = header
    self.progress = progress
    resumption = TokenFileResumption()
    pending = PendingGroup(header)
  }

  /// Continues `path.partial` where a dropped or killed writer left it, or starts a new file when
  /// there is none.
  ///
  /// Whole groups are kept; a last group that is not full goes on to be filled. Bytes behind the
  /// last whole group are put aside as `path.torn`. ``resumption`` says what is there already; the
  /// caller goes on with the next input.
  ///
  /// - Throws: ``TokenFileError``: `headersDiffer` when the file was begun with other settings; a
  ///   file that another writer holds; whatever the file system refuses.
  public init(resuming path: String, header: TokenFileHeader) throws(TokenFileError) {
    let payload = try Self.headerPayload(header)
    var file: AtomicOutputFile
    do throws(ByteCodingError) {
      file = try AtomicOutputFile(path: path, leftover: .keep)
    } catch {
      throw TokenFileError(error)
    }
    let leftover = try PartialFile(path: file.partialPath, header: header)
    var progress = leftover.progress
    if progress.size == 0 {
      // Nothing was written, or not even a whole header.
      let start = progress.begin(payload)
      do throws(ByteCodingError) {
        try file.truncate(to: 0)
        try file.write(start.rawSpan)
      } catch {
        throw TokenFileError(error)
      }
    }
    self.header = header
    self.file = file
    self.progress = progress
    pending = leftover.pending
    resumption = leftover.resumption
  }

  /// The payload of the HEAD block: canonical JSON, filled up with spaces to a multiple of eight.
  static func headerPayload(_ header: TokenFileHeader) throws(TokenFileError) -> [UInt8] {
    var payload = Array(header.json.utf8)
    guard payload.count <= TokenFileLimits.headerBytes else {
      throw TokenFileError(
        .limitExceeded(
          what: "the size of the header", found: payload.count,
          limit: TokenFileLimits.headerBytes))
    }
    // A header that its own reader would refuse must not reach the disk.
    _ = try TokenFileHeader(parsing: header.jsonValue)
    while !payload.count.isMultiple(of: TokenFileLayout.alignment) {
      payload.append(UInt8(ascii: " "))
    }
    return payload
  }

  // MARK: Appending

  /// Appends a row.
  ///
  /// - Throws: `unfitRow` when a value is missing, of another kind or shape, too large or outside its
  ///   vocabulary (nothing is appended and the writer stays usable); whatever the file system
  ///   refuses when a chunk is written.
  public mutating func append(_ row: TokenFileRow) throws(TokenFileError) {
    let values = try row.values(for: header)
    if !pending.hasRoom(for: values) { try flush() }
    pending.addRow(values)
    if pending.isFull { try flush() }
  }

  /// Records an input that did not become a row.
  ///
  /// - Parameter reject: What failed and why; `input` is filled in here, and what is longer than
  ///   the format allows is cut.
  public mutating func reject(_ reject: TokenFileReject) throws(TokenFileError) {
    var numbered = reject
    numbered.input = rowCount + rejectCount
    pending.addReject(numbered)
    if pending.isFull { try flush() }
  }

  // MARK: Ending

  /// Writes what is pending, the index and the end mark, and gives the file its name.
  ///
  /// - Parameter inputs: How many inputs the caller had; compared with rows + rejects when given.
  /// - Throws: `inputsUnaccounted` when they do not add up (the file stays `NAME.partial`); whatever
  ///   the file system refuses.
  public consuming func finish(inputs: Int? = nil) throws(TokenFileError) {
    if let inputs, inputs != rowCount + rejectCount {
      throw TokenFileError(
        .inputsUnaccounted(inputs: inputs, rows: rowCount, rejects: rejectCount),
        path: file.path)
    }
    try flush()
    var closed = progress
    try write(closed.close(), closed)
    do throws(ByteCodingError) { try file.commit() } catch { throw TokenFileError(error) }
  }

  /// Writes what is pending as a short chunk and leaves `NAME.partial` to be resumed.
  public consuming func suspend() throws(TokenFileError) {
    try flush()
    do throws(ByteCodingError) { try file.sync() } catch { throw TokenFileError(error) }
  }

  // MARK: Writing blocks

  private mutating func flush() throws(TokenFileError) {
    guard !pending.isEmpty else { return }
    var flushed = progress
    try write(pending.blocks(after: &flushed), flushed)
    pending = PendingGroup(header)
  }

  /// Writes at the end of what is committed, which after a resumption may lie before the end of
  /// `NAME.partial`: a last group that is not full stays there until a longer one replaces it.
  private mutating func write(
    _ bytes: [UInt8], _ next: WriterProgress
  ) throws(TokenFileError) {
    do throws(ByteCodingError) {
      if file.count > progress.size { try file.truncate(to: progress.size) }
      try file.write(bytes.rawSpan)
      progress = next
      // By the clock, which changes no byte: a power cut loses at most a second's work.
      if lastSync.duration(to: .now) > .seconds(1) {
        try file.sync()
        lastSync = .now
      }
    } catch {
      throw TokenFileError(error)
    }
  }
}
