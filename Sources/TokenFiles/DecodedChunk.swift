import ByteCoding
import Tokens

/// A chunk whose text and integers are inflated and whose tokens are located.
struct DecodedChunk: Sendable {
  private enum Column: Sendable {
    case tokens(TokenBody)
    case body(ColumnBody)
  }

  let number: Int
  let firstRow: Int
  let count: Int
  private let columns: [Column]
  /// Where the payload lies in the file.
  let payloadRange: Range<Int>

  /// Decodes a chunk whose checksum was compared.
  init(
    number: Int, header: TokenFileHeader, table: ColumnTable, payload: RawSpan, at origin: Int
  ) throws(TokenFileError) {
    self.number = number
    firstRow = table.first
    count = table.count
    payloadRange = origin..<origin + payload.byteCount
    guard table.columns.count == header.columns.count else {
      throw TokenFileError(
        .countMismatch(
          what: "columns of a chunk", expected: header.columns.count, found: table.columns.count),
        offset: origin)
    }
    var columns: [Column] = []
    for column in header.columns {
      if column.kind.vocabularySize != nil {
        columns.append(
          .tokens(try TokenBody(column, table: table, payload: payload, at: origin)))
      } else {
        columns.append(.body(try ColumnBody(column, table: table, payload: payload, at: origin)))
      }
    }
    self.columns = columns
  }

  /// The values of the row at `position` in the chunk, in column order.
  ///
  /// - Parameter payload: The payload of the chunk.
  func values(_ position: Int, payload: RawSpan) throws(TokenFileError) -> [TokenFileValue] {
    var values: [TokenFileValue] = []
    values.reserveCapacity(columns.count)
    for column in columns {
      switch column {
      case .tokens(let tokens): values.append(try tokens.value(position, from: payload))
      case .body(let body): values.append(try body.value(position))
      }
    }
    return values
  }

  /// The grid of one row of a column.
  func grid(
    _ position: Int, column name: String, header: TokenFileHeader, payload: RawSpan
  ) throws(TokenFileError) -> TokenGrid {
    guard let place = header.columns.firstIndex(where: { $0.name == name }),
      case .tokens(let tokens) = columns[place],
      case .grid(let grid) = try tokens.value(position, from: payload)
    else { throw TokenFileError(.noSuchColumn(name: name, kind: "grid")) }
    return grid
  }

  /// Reads every value of the chunk.
  ///
  /// - Parameter payload: The payload of the chunk.
  /// - Returns: How many tokens there were.
  func checkValues(_ payload: RawSpan) throws(TokenFileError) -> Int {
    var tokenCount = 0
    for column in columns {
      for row in 0..<count {
        switch column {
        case .tokens(let tokens): tokenCount += try tokens.check(row, in: payload)
        case .body(let body): _ = try body.value(row)
        }
      }
    }
    return tokenCount
  }
}
