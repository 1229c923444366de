import TokenFiles
import Tokens

/// A tar file as WebDataset reads it: members that share everything before the first dot of their
/// file name are one sample.
///
/// A row gives `NAME.npy` (the image tokens), `NAME.COLUMN.npy` for every further token column,
/// `NAME.txt` when there are captions, one on each line, and `NAME.json` with everything that is not
/// tokens: key and captions are exact there.
final class WebDatasetWriter: RowWriter {
  private let tar: TarWriter
  private let json: RowJSON
  private let columns: [(column: TokenFileColumn, suffix: String, type: IntegerType)]
  private let path: String
  private var names = OutputNames()

  init(_ header: TokenFileHeader, path: String) throws(BridgeError) {
    try Self.requireFree(path)
    self.path = path
    tar = try TarWriter(path: path)
    json = RowJSON(header) { $0.kind.vocabularySize == nil }
    columns = header.columns.compactMap { column in
      guard let size = column.kind.vocabularySize else { return nil }
      let suffix =
        column.name == TokenFileColumn.imageName
        ? "npy" : FolderNames.name(of: column).lowercased() + ".npy"
      return (column, suffix, .smallest(forVocabularySize: size))
    }
  }

  func append(_ row: TokenFileRow, _ position: Int) throws(BridgeError) {
    // The `.npy` that names are told apart by is cut off again.
    let name = names.name(
      forKey: Self.sampleName(row.key), row: position, fileExtension: "npy"
    ).dropLast(4)
    for (column, suffix, type) in columns {
      let shape: [Int]
      let tokens: [Int32]
      switch row.value(of: column) {
      case .grid(let grid): (shape, tokens) = ([grid.height, grid.width], grid.tokens)
      case .tokens(let list): (shape, tokens) = ([list.count], list)
      default: continue
      }
      var bytes = NPYHeader(type: type, shape: shape).bytes
      type.append(tokens, to: &bytes)
      try tar.append(bytes, name: "\(name).\(suffix)")
    }
    if !row.captions.isEmpty {
      let lines = row.captions.map(Self.line).joined(separator: "\n")
      try tar.append(Array(lines.utf8), name: "\(name).txt")
    }
    try tar.append(json.object(row), name: "\(name).json")
  }

  func finish() throws(BridgeError) -> [String] {
    try tar.finish()
    return [path]
  }

  /// A key without a picture's extension and without dots in its file name, where WebDataset would
  /// cut it. Beginnings of the form `__…`, which WebDataset skips, lose one underscore or more.
  static func sampleName(_ key: String) -> String {
    let slash = key.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(key[...$0]) } ?? ""
    var name = slash.map { String(key[key.utf8.index(after: $0)...]) } ?? key
    if let dot = name.lastIndex(of: "."), dot != name.startIndex,
      Self.pictureExtensions.contains(name[name.index(after: dot)...].lowercased())
    {
      name = String(name[..<dot])
    }
    name = String(name.map { $0 == "." ? "_" : $0 })
    var whole = folder + name
    while whole.hasPrefix("__") { whole.removeFirst() }
    return whole
  }

  private static let pictureExtensions: Set<String> = ["jpg", "jpeg", "png", "webp"]

  /// A caption on one line.
  private static func line(_ caption: String) -> String {
    String(
      String.UnicodeScalarView(
        caption.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? " " : $0 }))
  }
}
