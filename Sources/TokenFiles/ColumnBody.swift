import ByteCoding
import Tokens

/// The decoded body of one column of one block; inverse of ``ColumnBuilder``.
///
/// Text and integers are inflated and split once; tokens stay packed and are unpacked row by row.
struct ColumnBody: Sendable {
  private enum Storage: Sendable {
    /// Start of each string in `bytes` and the end of the last; of each row in `starts`, for `texts`.
    case texts(bytes: [UInt8], starts: [Int], rows: [Int]?)
    case integers(bytes: [UInt8], count: Int)
  }

  private let column: TokenFileColumn
  private let storage: Storage
  private let firstRow: Int
  private let offset: Int

  /// Decodes a text or integer column.
  ///
  /// - Parameters:
  ///   - column: As declared in the header.
  ///   - table: The table of the block.
  ///   - payload: The payload of the block, checksum already compared.
  ///   - origin: Where the payload lies in the file.
  ///   - stringLimit: Bytes that a string may have; nil for what the column's name says.
  init(
    _ column: TokenFileColumn, table: ColumnTable, payload: RawSpan, at origin: Int,
    stringLimit: Int? = nil
  ) throws(TokenFileError) {
    guard let descriptor = table.descriptor(id: column.id) else {
      throw TokenFileError(
        .noSuchColumn(name: column.name, kind: column.kind.name), offset: origin)
    }
    self.column = column
    firstRow = table.first
    offset = origin + descriptor.offset
    let bytes = try Self.rawBytes(column, descriptor, payload, at: offset)
    switch column.kind {
    case .text, .texts:
      storage = try Self.split(
        column, count: table.count, bytes: bytes, at: offset,
        limit: stringLimit
          ?? (column.name == TokenFileColumn.keyName ? TokenFileLimits.keyBytes : .max))
    case .integers(let count):
      guard bytes.count == table.count * count * 8 else {
        throw TokenFileError(
          .countMismatch(
            what: "bytes of column \"\(column.name)\"", expected: table.count * count * 8,
            found: bytes.count), offset: offset)
      }
      storage = .integers(bytes: bytes, count: count)
    case .grid, .raggedGrid, .tokens:
      preconditionFailure("token columns are unpacked by TokenBody")
    }
  }

  private static func rawBytes(
    _ column: TokenFileColumn, _ descriptor: ColumnTable.Descriptor, _ payload: RawSpan,
    at offset: Int
  ) throws(TokenFileError) -> [UInt8] {
    let stored = payload.extracting(descriptor.range)
    guard descriptor.bits == 0,
      let encoding = TokenFileColumn.Encoding(rawValue: descriptor.encoding),
      encoding != .packed, encoding != .compact
    else {
      throw TokenFileError(
        .unsupportedEncoding(column: column.name, encoding: descriptor.encoding), offset: offset)
    }
    if encoding == .raw {
      guard descriptor.rawSize == descriptor.storedSize else {
        throw TokenFileError(
          .countMismatch(
            what: "raw size of column \"\(column.name)\"", expected: descriptor.storedSize,
            found: descriptor.rawSize), offset: offset)
      }
      return [UInt8](copying: stored)
    }
    guard descriptor.rawSize > descriptor.storedSize,
      let bytes = Compression.decompress(stored, as: encoding, count: descriptor.rawSize)
    else {
      throw TokenFileError(
        .invalidCompression(
          column: column.name,
          detail: "\(descriptor.storedSize) bytes should give \(descriptor.rawSize)"),
        offset: offset)
    }
    return bytes
  }

  private static func split(
    _ column: TokenFileColumn, count: Int, bytes: [UInt8], at offset: Int, limit: Int
  ) throws(TokenFileError) -> Storage {
    func mismatch(_ what: String, _ expected: Int, _ found: Int) -> TokenFileError {
      TokenFileError(
        .countMismatch(
          what: "\(what) of column \"\(column.name)\"", expected: expected, found: found),
        offset: offset)
    }
    var reader = ByteReader(bytes.rawSpan, origin: offset)
    var rows: [Int]?
    var stringCount = count
    if column.kind == .texts {
      let starts = try sums(of: count, startingAt: 0, &reader)
      stringCount = starts[count]
      rows = starts
      guard stringCount <= TokenFileLimits.textsPerChunk else {
        throw TokenFileError(
          .limitExceeded(
            what: "the strings of column \"\(column.name)\"", found: stringCount,
            limit: TokenFileLimits.textsPerChunk), offset: offset)
      }
    }
    guard stringCount <= reader.remaining / 4 else {
      throw mismatch("bytes of lengths", 4 * stringCount, reader.remaining)
    }
    let starts = try sums(
      of: stringCount, startingAt: reader.position + 4 * stringCount, &reader)
    guard starts[stringCount] == bytes.count else {
      throw mismatch("bytes", starts[stringCount], bytes.count)
    }
    for position in 0..<stringCount where starts[position + 1] - starts[position] > limit {
      throw TokenFileError(
        .limitExceeded(
          what: "a string of column \"\(column.name)\"",
          found: starts[position + 1] - starts[position], limit: limit), offset: offset)
    }
    return .texts(bytes: bytes, starts: starts, rows: rows)
  }

  /// Reads `count` lengths and adds them up: where each run begins, and where the last ends.
  private static func sums(
    of count: Int, startingAt first: Int, _ reader: inout ByteReader
  ) throws(TokenFileError) -> [Int] {
    var starts = [first]
    starts.reserveCapacity(count + 1)
    for index in 0..<count { starts.append(starts[index] + (try reader.field32("a length"))) }
    return starts
  }

  /// The value of the row at `index` in the block.
  func value(_ index: Int) throws(TokenFileError) -> TokenFileValue {
    switch storage {
    case .texts(_, _, let rows):
      guard let rows else { return .text(try string(index, row: index)) }
      var texts: [String] = []
      texts.reserveCapacity(rows[index + 1] - rows[index])
      for position in rows[index]..<rows[index + 1] {
        texts.append(try string(position, row: index))
      }
      return .texts(texts)
    case .integers(let bytes, let count):
      return .integers(
        (0..<count).map { place in
          let start = 8 * (index * count + place)
          return (0..<8).reduce(0) { $0 | Int64(bytes[start + $1]) << Int64(8 * $1) }
        })
    }
  }

  private func string(_ position: Int, row: Int) throws(TokenFileError) -> String {
    guard case .texts(let bytes, let starts, _) = storage,
      let text = String(
        validating: bytes[starts[position]..<starts[position + 1]], as: UTF8.self)
    else {
      throw TokenFileError(
        .invalidText(column: column.name, row: firstRow + row), offset: offset)
    }
    return text
  }
}
