import ByteCoding

/// The payload of a CHUNK or REJECT block: a small table of contents and one body per column.
struct ColumnTable: Hashable, Sendable {
  /// Where one column's body lies and how it is stored.
  struct Descriptor: Hashable, Sendable {
    let id: Int
    let encoding: UInt8
    let bits: Int
    /// Offset of the body in the payload, a multiple of eight.
    let offset: Int
    /// Bytes of the body as stored.
    let storedSize: Int
    /// Bytes of the body before compression.
    let rawSize: Int

    var range: Range<Int> { offset..<offset + storedSize }

    init(_ reader: inout ByteReader) throws(TokenFileError) {
      id = try reader.field16("column id")
      let coding = try reader.field16("column encoding")
      encoding = UInt8(coding & 255)
      bits = coding >> 8
      let flags = try reader.field32("column flags")
      guard flags == 0 else {
        throw TokenFileError(
          .invalidField(what: "column flags", detail: "\(flags) instead of 0"),
          offset: reader.offset - 4)
      }
      offset = try reader.field64("column offset")
      storedSize = try reader.field64("column size")
      rawSize = try reader.field64("raw column size")
    }
  }

  /// Rows (CHUNK) or rejects (REJECT) in the block, at least 1.
  let count: Int
  /// Number of the first of them in the file.
  let first: Int
  /// Rows and rejects from the start of the file to the end of the group that the block belongs to.
  let inputCount: Int
  let columns: [Descriptor]

  /// Column bodies with what their descriptors will say.
  struct Body {
    let id: Int
    let encoding: UInt8
    let bits: Int
    let rawSize: Int
    let bytes: [UInt8]
  }

  /// Appends the whole payload to `output`, which ends at a multiple of eight; inverse of
  /// ``init(parsing:at:)``.
  static func append(
    count: Int, first: Int, inputCount: Int, bodies: [Body], to output: inout [UInt8]
  ) {
    var offset =
      TokenFileLayout.tableHeaderSize + bodies.count * TokenFileLayout.columnDescriptorSize
    let size = bodies.reduce(offset) { $0 + TokenFileLayout.aligned($1.bytes.count) }
    output.reserveCapacity(output.count + size)
    var writer = ByteWriter(capacity: offset)
    writer.append(UInt32(bodies.count))
    writer.append(UInt32(count))
    writer.append(UInt64(first))
    writer.append(UInt64(inputCount))
    for body in bodies {
      writer.append(UInt16(body.id))
      writer.append(body.encoding)
      writer.append(UInt8(body.bits))
      writer.append(UInt32(0))
      writer.append(UInt64(offset))
      writer.append(UInt64(body.bytes.count))
      writer.append(UInt64(body.rawSize))
      offset += TokenFileLayout.aligned(body.bytes.count)
    }
    output.append(contentsOf: writer.bytes)
    for body in bodies {
      output.append(contentsOf: body.bytes)
      while !output.count.isMultiple(of: TokenFileLayout.alignment) { output.append(0) }
    }
  }

  /// The payload of a block with the numbers that it gets in another file; the bodies stay as they
  /// are.
  static func renumbered(_ payload: RawSpan, first: Int, inputCount: Int) -> [UInt8] {
    var numbers = ByteWriter(capacity: 16)
    numbers.append(UInt64(first))
    numbers.append(UInt64(inputCount))
    var bytes = [UInt8](copying: payload)
    bytes.replaceSubrange(8..<24, with: numbers.bytes)
    return bytes
  }

  /// Reads and checks the table of contents; the bodies are not looked at.
  ///
  /// Bodies follow the table and each other in column order without gaps beyond alignment, so no
  /// byte of a payload is without meaning.
  ///
  /// - Parameters:
  ///   - payload: The whole payload of the block.
  ///   - origin: Where it lies in the file.
  init(parsing payload: RawSpan, at origin: Int) throws(TokenFileError) {
    var reader = ByteReader(payload, origin: origin)
    let columnCount = try reader.field32("column count")
    guard columnCount <= TokenFileLimits.columns else {
      throw TokenFileError(
        .limitExceeded(
          what: "the column count of a block", found: columnCount, limit: TokenFileLimits.columns),
        offset: origin)
    }
    count = try reader.field32("row count")
    first = try reader.field64("first row")
    inputCount = try reader.field64("input count")
    var columns: [Descriptor] = []
    for _ in 0..<columnCount {
      columns.append(try Descriptor(&reader))
    }
    self.columns = columns
    try check(payloadSize: payload.byteCount, at: origin)
    for column in columns {
      let end = column.range.upperBound
      let padding = payload.extracting(end..<TokenFileLayout.aligned(end))
      guard [UInt8](copying: padding).allSatisfy({ $0 == 0 }) else {
        throw TokenFileError(
          .invalidField(what: "column table", detail: "bytes between columns are not zero"),
          offset: origin + end)
      }
    }
  }

  private func check(payloadSize: Int, at origin: Int) throws(TokenFileError) {
    guard 1...TokenFileLimits.rowsPerChunk ~= count else {
      throw TokenFileError(
        .limitExceeded(
          what: "the row count of a block", found: count, limit: TokenFileLimits.rowsPerChunk),
        offset: origin + 4)
    }
    let (last, overflow) = first.addingReportingOverflow(count)
    guard !overflow, inputCount >= last else {
      throw TokenFileError(
        .countMismatch(
          what: "inputs up to the end of a block", expected: overflow ? Int.max : last,
          found: inputCount), offset: origin + 16)
    }
    var end =
      TokenFileLayout.tableHeaderSize + columns.count * TokenFileLayout.columnDescriptorSize
    var inflated = 0
    for (index, column) in columns.enumerated() {
      let place =
        origin + TokenFileLayout.tableHeaderSize + index * TokenFileLayout.columnDescriptorSize
      guard index == 0 || columns[index - 1].id < column.id else {
        throw TokenFileError(
          .invalidField(what: "column table", detail: "ids do not ascend"), offset: place)
      }
      guard column.offset == end else {
        throw TokenFileError(
          .invalidField(
            what: "column table",
            detail: "column \(column.id) begins at \(column.offset), not at \(end)"),
          offset: place + 8)
      }
      guard column.storedSize <= payloadSize - end else {
        throw TokenFileError(
          .truncated(
            what: "column \(column.id)", needed: column.storedSize, available: payloadSize - end),
          offset: place + 16)
      }
      guard column.rawSize <= TokenFileLimits.columnBytes else {
        throw TokenFileError(
          .limitExceeded(
            what: "the size of column \(column.id)", found: column.rawSize,
            limit: TokenFileLimits.columnBytes), offset: place + 24)
      }
      if column.storedSize != column.rawSize {
        inflated += column.rawSize
        guard inflated <= TokenFileLimits.inflatedBytes else {
          throw TokenFileError(
            .limitExceeded(
              what: "the inflated size of a block", found: inflated,
              limit: TokenFileLimits.inflatedBytes), offset: place + 24)
        }
      }
      end += TokenFileLayout.aligned(column.storedSize)
    }
    guard end == payloadSize else {
      throw TokenFileError(
        .countMismatch(what: "bytes of a block's payload", expected: end, found: payloadSize),
        offset: origin)
    }
  }

  /// The descriptor of a column, nil when the block has no such column.
  func descriptor(id: Int) -> Descriptor? { columns.first { $0.id == id } }
}
