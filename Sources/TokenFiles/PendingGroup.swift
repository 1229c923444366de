import ByteCoding

/// The rows and rejects that a writer has taken but not yet written: the next group of blocks.
struct PendingGroup {
  private let header: TokenFileHeader
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
    let inflated = inflatedSize(values)
    let tokens = zip(values, header.columns).reduce(0) {
      $0 + ($1.1.tree == nil ? 0 : $1.0.tokenCount)
    }
    let all = zip(values, header.columns).reduce(0) { $0 + $1.1.size(of: $1.0) }
    let mostStrings =
      zip(values, rows).map { $0.stringCount + $1.stringCount }.max() ?? 0
    return self.inflatedSize + inflated <= TokenFileLimits.inflatedBytes
      && compactTokens + tokens <= TokenFileLimits.tokensPerCompactChunk
      && size + all <= TokenFileLimits.columnBytes
      && mostStrings <= TokenFileLimits.textsPerChunk
  }

  /// Adds a row's values, in column order; they fit their columns.
  mutating func addRow(_ values: [TokenFileValue]) {
    for (index, value) in values.enumerated() {
      rows[index].append(value)
      if header.columns[index].tree != nil { compactTokens += value.tokenCount }
      size += header.columns[index].size(of: value)
    }
    inflatedSize += inflatedSize(values)
    rowCount += 1
  }

  private func inflatedSize(_ values: [TokenFileValue]) -> Int {
    zip(values, header.columns).reduce(0) { sum, pair in
      sum + (pair.1.encoding == .packed ? 0 : pair.1.size(of: pair.0))
    }
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

  /// The group's blocks: its rejects, then its rows.
  func blocks(after progress: inout WriterProgress) -> [UInt8] {
    var bytes = rejectBlock(after: &progress, followedByRows: rowCount)
    if rowCount > 0 {
      let payload = ColumnTable.payload(
        count: rowCount, first: progress.rowCount, inputCount: progress.inputCount + rowCount,
        bodies: rows.map { $0.body() })
      bytes += progress.addChunk(payload, count: rowCount)
    }
    return bytes
  }

  /// The REJECT block of the group, which announces a chunk of `rows` rows; empty without rejects.
  func rejectBlock(after progress: inout WriterProgress, followedByRows rows: Int) -> [UInt8] {
    guard rejectCount > 0 else { return [] }
    let payload = ColumnTable.payload(
      count: rejectCount, first: progress.rejectCount,
      inputCount: progress.inputCount + rejectCount + rows, bodies: rejects.map { $0.body() })
    return progress.addRejects(payload, count: rejectCount)
  }
}
