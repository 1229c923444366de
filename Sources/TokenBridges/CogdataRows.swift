import ByteCoding
import TokenFiles
import Tokens

/// Rows of `int32` ids without a header, as cogdata writes them: text, then pictures.
struct CogdataRows: ImportSource {
  let kinds: [String: TokenFileColumn.Kind]
  private let file: MappedFile
  private let grids: [(name: String, shape: GridShape)]
  private let options: TokenImporter.Options
  private let vocabularySize: Int
  private let rowLength: Int
  private let count: Int
  private var position = 0

  /// Opens a file.
  ///
  /// - Parameter options: `grids` says the pictures of a row, smallest first; the last is `image`,
  ///   those before it become columns `image_HEIGHTxWIDTH`.
  init(
    path: String, options: TokenImporter.Options, vocabularySize: Int, textVocabularySize: Int?
  ) throws(BridgeError) {
    let file = try bridging { () throws(ByteCodingError) in try MappedFile(path: path) }
    guard let last = options.grids.last else {
      throw BridgeError(.options("a file without a header needs --grid HxW"), path: path)
    }
    guard 0...TokenFileLimits.tokensPerValue ~= options.textLength,
      0...Int(TokenID.max) ~= options.idOffset
    else {
      throw BridgeError(
        .options(
          "a text length lies in 0...\(TokenFileLimits.tokensPerValue), an id offset in "
            + "0...\(TokenID.max)"), path: path)
    }
    grids =
      options.grids.dropLast().map { ("image_\($0.height)x\($0.width)", $0) }
      + [(TokenFileColumn.imageName, last)]
    rowLength = grids.reduce(options.textLength) { $0 + $1.shape.count }
    guard file.count.isMultiple(of: 4 * rowLength) else {
      let whole = file.count / (4 * rowLength) * 4 * rowLength
      throw BridgeError(
        .sizeMismatch(
          what: "rows of \(rowLength) ids", expected: whole + 4 * rowLength, found: file.count),
        path: path)
    }
    count = file.count / (4 * rowLength)
    var kinds: [String: TokenFileColumn.Kind] = [:]
    for (name, shape) in grids {
      kinds[name] = .grid(
        height: shape.height, width: shape.width, vocabularySize: vocabularySize)
    }
    if options.textLength > 0 {
      guard let textVocabularySize, 1...TokenFileLimits.vocabularySize ~= textVocabularySize else {
        throw BridgeError(.options("text ids need the size of their vocabulary"), path: path)
      }
      kinds[RowIDs.textColumn] = .tokens(vocabularySize: textVocabularySize)
    }
    guard kinds.count == grids.count + (options.textLength > 0 ? 1 : 0) else {
      throw BridgeError(.options("two grids of the same size"), path: path)
    }
    self.kinds = kinds
    self.file = file
    self.options = options
    self.vocabularySize = vocabularySize
  }

  mutating func next() throws(BridgeError) -> ImportedInput? {
    guard position < count else { return nil }
    defer { position += 1 }
    try bridging { () throws(ByteCodingError) in try file.checkSize() }
    let bytes = file.bytes.extracting(
      position * 4 * rowLength..<(position + 1) * 4 * rowLength)
    let ids = (0..<rowLength).map { IntegerType.int32.load(bytes, at: 4 * $0) }
    let key = FolderNames.number(position)
    var row = TokenFileRow(key: key, grid: TokenGrid(height: 0, width: 0, tokens: []))
    if case .tokens(let size)? = kinds[RowIDs.textColumn] {
      var text = ids[..<options.textLength]
      while text.last == Int64(options.padding) { text.removeLast() }
      guard text.allSatisfy({ 0..<Int64(size) ~= $0 }) else {
        return .rejected(key, "text-id-out-of-range", "a text id lies outside 0..<\(size)")
      }
      row.values[RowIDs.textColumn] = .tokens(text.map { TokenID($0) })
    }
    var start = options.textLength
    for (name, shape) in grids {
      var problem = ""
      guard
        let grid = TokenGrid(
          ids[start..<start + shape.count], shape, below: vocabularySize,
          offset: options.idOffset, problem: &problem)
      else { return .rejected(key, "token-out-of-range", "\(name): \(problem)") }
      if name == TokenFileColumn.imageName {
        row.grid = grid
      } else {
        row.values[name] = .grid(grid)
      }
      start += shape.count
    }
    return .row(row)
  }
}
