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
  var progress: WriterProgress
  var pending: PendingGroup
  /// The blocks of the group that is being written; its memory is used again for the next.
  private var output: [UInt8] = []
  private var lastSync = ContinuousClock.now
  /// Bytes of the finished file that is appended to, 0 for a new one.
  private let finishedSize: Int

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
    finishedSize = 0
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
    finishedSize = 0
    pending = leftover.pending
    resumption = leftover.resumption
  }

  /// What to do with rows that an interrupted append left behind the last end mark of a file.
  public enum Tail: Sendable {
    /// Refuse the file with `noEndMark`.
    case refuse
    /// Put them aside as `NAME.torn` and append anew.
    case discard
    /// Go on behind them: ``resumption`` says what is there, torn bytes are put aside.
    case keep
  }

  /// Opens the finished file at `path` to add rows behind those it has, in place.
  ///
  /// Until ``finish(inputs:)`` has written the new end mark, readers refuse the file (those who had
  /// it open go on reading what it held); what it held before stays where it was. A killed writer
  /// leaves a tail that the same initializer removes or continues, and `salvage` reads.
  ///
  /// - Parameters:
  ///   - path: A finished file, or one to which an append was interrupted.
  ///   - header: What the new rows were made with; the header of the file when nil.
  ///   - tail: What to do with the rows of an append that was interrupted.
  /// - Throws: ``TokenFileError``: `headersDiffer` when the file was made with other settings (notes
  ///   and rows per chunk may differ); `noEndMark`; a file that another writer holds (`busy`);
  ///   whatever the file system refuses.
  public init(
    appendingTo path: String, header: TokenFileHeader? = nil, tail: Tail = .refuse
  ) throws(TokenFileError) {
    let file: AtomicOutputFile
    do throws(ByteCodingError) {
      file = try AtomicOutputFile(appendingTo: path)
    } catch {
      throw TokenFileError(error)
    }
    let found = try FinishedPart(of: path, mayHaveTail: tail != .refuse)
    if let header, !found.header.isCompatible(with: header) {
      throw TokenFileError(
        .headersDiffer(found.header.differences(from: header)), path: path)
    }
    let leftover = try PartialFile(
      behind: found, of: path, keepingGroups: tail == .keep)
    self.header = found.header
    self.file = file
    progress = leftover.progress
    finishedSize = found.size
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

  /// Writes what is pending, the index and the end mark, and gives a new file its name.
  ///
  /// - Parameter inputs: How many inputs the whole file has; compared with rows + rejects when given.
  /// - Throws: `inputsUnaccounted` when they do not add up (a new file stays `NAME.partial`); whatever
  ///   the file system refuses.
  public consuming func finish(inputs: Int? = nil) throws(TokenFileError) {
    try close(inputs: inputs)
    try commit()
  }

  /// Writes what is pending, the index and the end mark.
  mutating func close(inputs: Int?) throws(TokenFileError) {
    if let inputs, inputs != rowCount + rejectCount {
      throw TokenFileError(
        .inputsUnaccounted(inputs: inputs, rows: rowCount, rejects: rejectCount),
        path: file.path)
    }
    try flush()
    do throws(ByteCodingError) {
      if finishedSize > 0 {
        // When nothing was added, bytes that are to be dropped may still follow the old end mark.
        if file.count > progress.size { try file.truncate(to: progress.size) }
        // The new end mark must not reach the disk before what it speaks of.
        try file.sync()
      }
    } catch {
      throw TokenFileError(error)
    }
    if progress.size > finishedSize {
      var closed = progress
      try write(closed.close(), closed)
    }
  }

  consuming func commit() throws(TokenFileError) {
    do throws(ByteCodingError) { try file.commit() } catch { throw TokenFileError(error) }
  }

  /// Gives up: removes a new file's `NAME.partial`, and takes everything that was appended back from
  /// a file that was there before.
  public consuming func abandon() throws(TokenFileError) {
    do throws(ByteCodingError) {
      if finishedSize > 0 {
        try file.truncate(to: finishedSize)
        try file.sync()
      }
    } catch {
      throw TokenFileError(error)
    }
    file.discard()
  }

  /// Writes what is pending as a short chunk and leaves the file to be resumed.
  public consuming func suspend() throws(TokenFileError) {
    try flush()
    do throws(ByteCodingError) { try file.sync() } catch { throw TokenFileError(error) }
  }

  // MARK: Writing blocks

  mutating func flush() throws(TokenFileError) {
    guard !pending.isEmpty else { return }
    var flushed = progress
    output.removeAll(keepingCapacity: true)
    pending.append(to: &output, after: &flushed)
    try write(output, flushed)
    pending.removeAll()
  }

  /// Writes at the end of what is committed, which after a resumption may lie before the end of
  /// `NAME.partial`: a last group that is not full stays there until a longer one replaces it.
  mutating func write(
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
