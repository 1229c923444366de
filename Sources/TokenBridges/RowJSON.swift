import TokenFiles
import Tokens

/// Rows as lines of JSON: one object, keys sorted, no white space.
struct RowJSON {
  private let columns: [TokenFileColumn]

  /// - Parameter isIncluded: Which columns the lines hold.
  init(_ header: TokenFileHeader, isIncluded: (TokenFileColumn) -> Bool) {
    columns = header.columns.filter(isIncluded).sorted {
      $0.name.utf16.lexicographicallyPrecedes($1.name.utf16)
    }
  }

  /// The object of a row, without an end of line.
  func object(_ row: TokenFileRow) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    for (index, column) in columns.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      Self.append(column.name, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      // Rows that were read have a value for every column.
      switch row.value(of: column)! {
      case .text(let text): Self.append(text, to: &bytes)
      case .texts(let texts): Self.list(texts, to: &bytes) { Self.append($0, to: &$1) }
      case .integers(let integers): Self.list(integers, to: &bytes, Self.append)
      case .tokens(let tokens): Self.list(tokens, to: &bytes, Self.append)
      case .grid(let grid):
        Self.list(0..<grid.height, to: &bytes) { line, bytes in
          let start = line * grid.width
          Self.list(grid.tokens[start..<start + grid.width], to: &bytes, Self.append)
        }
      }
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// The object of a reject, without an end of line.
  static func object(_ reject: TokenFileReject) -> [UInt8] {
    let members: [String: CanonicalJSON] = [
      "code": .string(reject.code), "input": .integer(reject.input), "key": .string(reject.key),
      "message": .string(reject.message), "stage": .string(reject.stage),
    ]
    return Array(CanonicalJSON.object(members).text.utf8)
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: CanonicalJSON.string(text).text.utf8)
  }

  private static func append(_ value: some BinaryInteger, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: String(value).utf8)
  }

  private static func list<Item>(
    _ items: some Sequence<Item>, to bytes: inout [UInt8],
    _ append: (Item, inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: "["))
    var isFirst = true
    for item in items {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      append(item, &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }
}
