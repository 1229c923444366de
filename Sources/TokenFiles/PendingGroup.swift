import ByteCoding

/// The rows and rejects that a writer has taken but not yet written: the next group of blocks.
struct PendingGroup {
  private let header: TokenFileHeader
  /// Of each column, what decides how much room a value takes.
  private let storages: [TokenFileColumn.Storage]
  private var rows: [ColumnBuilder]
  private var rejects: [ColumnBuilder]
  private(set) var rowCount = 0
  private(set) var rejectCount = 0
  /// Bytes before compression of the columns that are compressed.
  private var inflatedSize = 0
  /// Tokens in compact columns.
  private var compactTokens = 0
  /// Bytes of everything before compression.
  private var size = 0

  init(_ header: TokenFileHeader) {
    self.header = header
    storages = header.columns.map(TokenFileColumn.Storage.init)
    rows = header.columns.map(ColumnBuilder.init)
    rejects = RejectColumns.all.map(ColumnBuilder.init)
  }

  /// Rejects after which a group is written even when its rows do not fill a chunk.
  static func rejectLimit(_ header: TokenFileHeader) -> Int {
    min(header.rowsPerChunk, TokenFileLimits.rejectsPerBlock)
  }

  var isEmpty: Bool { rowCount + rejectCount == 0 }

  /// Whether nothing more may be added.
  var isFull: Bool {
    rowCount == header.rowsPerChunk || rejectCount == Self.rejectLimit(header)
  }

  /// Whether a row fits beside those that are here, by the limits on the bytes of a chunk.
  func hasRoom(for values: [TokenFileValue]) -> Bool {
    let more = weight(of: values)
    let mostStrings =
      more.strings == 0
      ? 0 : zip(values, rows).map { $0.stringCount + $1.stringCount }.max() ?? 0
    return inflatedSize + more.inflated <= TokenFileLimits.inflatedBytes
      && compactTokens + more.compactTokens <= TokenFileLimits.tokensPerCompactChunk
      && size + more.size <= TokenFileLimits.columnBytes
      && mostStrings <= TokenFileLimits.textsPerChunk
  }

  /// Adds a row's values, in column order; they fit their columns.
  mutating func addRow(_ values: [TokenFileValue]) {
    let more = weight(of: values)
    for index in values.indices { rows[index].append(values[index]) }
    compactTokens += more.compactTokens
    size += more.size
    inflatedSize += more.inflated
    rowCount += 1
  }

  /// What a row adds to a chunk.
  private func weight(
    of values: [TokenFileValue]
  ) -> (size: Int, inflated: Int, compactTokens: Int, strings: Int) {
    var weight = (size: 0, inflated: 0, compactTokens: 0, strings: 0)
    for index in values.indices {
      let storage = storages[index]
      let size = storage.size(of: values[index])
      weight.size += size
      if storage.isCompressed { weight.inflated += size }
      if storage.isCompact { weight.compactTokens += values[index].tokenCount }
      weight.strings += values[index].stringCount
    }
    return weight
  }

  /// Adds a reject; what is longer than the format allows is cut.
  mutating func addReject(_ reject: TokenFileReject) {
    rejects[0].append(.integers([Int64(reject.input)]))
    rejects[1].append(.text(reject.key.cut(toUTF8Count: TokenFileLimits.keyBytes)))
    rejects[2].append(.text(reject.stage.cut(toUTF8Count: TokenFileLimits.rejectWordBytes)))
    rejects[3].append(.text(reject.code.cut(toUTF8Count: TokenFileLimits.rejectWordBytes)))
    rejects[4].append(
      .text(reject.message.cut(toUTF8Count: TokenFileLimits.rejectMessageBytes)))
    rejectCount += 1
  }

  /// Appends the group's blocks to `output`: its rejects, then its rows.
  func append(to output: inout [UInt8], after progress: inout WriterProgress) {
    appendRejects(to: &output, after: &progress, followedByRows: rowCount)
    guard rowCount > 0 else { return }
    let (first, inputs) = (progress.rowCount, progress.inputCount + rowCount)
    progress.addChunk(count: rowCount, to: &output) { output in
      ColumnTable.append(
        count: rowCount, first: first, inputCount: inputs, bodies: rows.map { $0.body() },
        to: &output)
    }
  }

  /// Appends the REJECT block of the group, which announces a chunk of `rows` rows; nothing without
  /// rejects.
  func appendRejects(
    to output: inout [UInt8], after progress: inout WriterProgress, followedByRows rows: Int
  ) {
    guard rejectCount > 0 else { return }
    let (first, inputs) = (progress.rejectCount, progress.inputCount + rejectCount + rows)
    progress.addRejects(count: rejectCount, to: &output) { output in
      ColumnTable.append(
        count: rejectCount, first: first, inputCount: inputs, bodies: rejects.map { $0.body() },
        to: &output)
    }
  }

  /// Forgets everything; the memory stays for the next group.
  mutating func removeAll() {
    for index in rows.indices { rows[index].removeAll() }
    for index in rejects.indices { rejects[index].removeAll() }
    (rowCount, rejectCount, inflatedSize, compactTokens, size) = (0, 0, 0, 0, 0)
  }
}
