import TokenFiles
import Tokens

/// A folder of `.npy` files with `rows.jsonl`, `rejects.jsonl` and `header.json`.
struct FolderWriter: RowWriter {
  /// Where the grids of one column go.
  private enum Place {
    case one(NPYWriter)
    case folder(name: String, type: IntegerType)
  }

  private let folder: OutputFolder
  private let first: Int
  private let places: [(column: TokenFileColumn, place: Place)]
  private let json: RowJSON
  private let lines: PieceFile

  init(_ file: TokenFile, rows: Range<Int>, path: String) throws(BridgeError) {
    folder = try OutputFolder(path: path)
    first = rows.lowerBound
    let header = file.header
    try folder.write(Array(header.json.utf8) + [0x0A], to: FolderNames.header)
    let rejects = try bridging { () throws(TokenFileError) in try file.rejects() }
    // Rejects belong to the whole file, not to some of its rows.
    if !rejects.isEmpty, rows == 0..<file.count {
      var lines: [UInt8] = []
      for reject in rejects { lines += RowJSON.object(reject) + [0x0A] }
      try folder.write(lines, to: FolderNames.rejects)
    }
    lines = try PieceFile(path: folder.place(FolderNames.rows))
    json = RowJSON(header) { $0.kind.name != "grid" }
    var places: [(TokenFileColumn, Place)] = []
    for column in header.columns where column.kind.name == "grid" {
      let name = FolderNames.name(of: column)
      let type = IntegerType.smallest(forVocabularySize: column.kind.vocabularySize!)
      if let shape = try Self.shape(of: column, file, rows) {
        let writer = try NPYWriter(
          path: folder.place(name + ".npy"), type: type, shape: [rows.count] + shape)
        places.append((column, .one(writer)))
      } else {
        try folder.makeFolder(name)
        places.append((column, .folder(name: name, type: type)))
      }
    }
    self.places = places
  }

  /// Height and width of the column's grids, nil when they differ.
  private static func shape(
    of column: TokenFileColumn, _ file: TokenFile, _ rows: Range<Int>
  ) throws(BridgeError) -> [Int]? {
    if case .grid(let height, let width, _) = column.kind { return [height, width] }
    var shape: [Int]?
    for position in rows {
      let row = try bridging { () throws(TokenFileError) in try file.row(at: position) }
      guard case .grid(let grid)? = row.value(of: column) else { continue }
      if let shape, shape != [grid.height, grid.width] { return nil }
      shape = [grid.height, grid.width]
    }
    return shape ?? [0, 0]
  }

  func append(_ row: TokenFileRow, _ position: Int) throws(BridgeError) {
    for (column, place) in places {
      guard case .grid(let grid)? = row.value(of: column) else { continue }
      switch place {
      case .one(let writer): try writer.append(grid.tokens)
      case .folder(let name, let type):
        let header = NPYHeader(type: type, shape: [grid.height, grid.width])
        var bytes = header.bytes
        type.append(grid.tokens, to: &bytes)
        try folder.write(bytes, to: "\(name)/\(FolderNames.number(position - first)).npy")
      }
    }
    try lines.write(json.object(row) + [0x0A])
  }

  func finish() throws(BridgeError) -> [String] {
    for case (_, .one(let writer)) in places { try writer.finish() }
    try lines.finish()
    try folder.commit()
    return [folder.path]
  }
}

/// The names in an exported folder.
enum FolderNames {
  static let header = "header.json"
  static let rows = "rows.jsonl"
  static let rejects = "rejects.jsonl"

  /// The file or folder of a column; names of columns are not trusted.
  static func name(of column: TokenFileColumn) -> String {
    let isPlain = column.name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    return isPlain ? column.name : "column-\(column.id)"
  }

  /// A row's number with nine digits, so that names sort as rows do.
  static func number(_ row: Int) -> String {
    let digits = String(row)
    return String(repeating: "0", count: max(0, 9 - digits.count)) + digits
  }
}
