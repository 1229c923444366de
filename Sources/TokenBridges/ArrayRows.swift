import TokenFiles
import Tokens

/// The grids of one column as `.npy` files.
private enum GridFiles {
  case one(NPYArray, GridShape?)
  case folder(String)

  /// - Parameter shape: The shape of a row where the array has one dimension for it.
  init(array: NPYArray, shape: GridShape?) throws(BridgeError) {
    let dimensions = array.header.shape
    func unsuitable(_ needed: String) -> BridgeError {
      BridgeError(.unsuitableShape(found: dimensions, needed: needed), path: array.path)
    }
    if dimensions.first == 0 {
      self = .one(array, shape)
      return
    }
    let found: GridShape?
    switch dimensions.count {
    case 3: found = GridShape(height: dimensions[1], width: dimensions[2])
    case 2:
      found = shape ?? GridShape(squareOf: dimensions[1])
      guard let found, found.count == dimensions[1] else {
        throw unsuitable("say with --grid HxW how \(dimensions[1]) tokens form a grid")
      }
    default: throw unsuitable("(rows, height, width) or (rows, tokens) is needed")
    }
    guard let found else { throw unsuitable("the sides of a grid lie in 1...4096") }
    if let shape, shape != found {
      throw unsuitable("grids of \(shape.height)x\(shape.width) are expected")
    }
    self = .one(array, found)
  }

  /// Rows, where the files say it.
  var count: Int? {
    guard case .one(let array, _) = self else { return nil }
    return array.header.shape[0]
  }

  /// The integers of a row.
  func row(_ position: Int) throws(BridgeError) -> ([Int64], GridShape) {
    switch self {
    case .one(let array, let shape):
      // Only arrays without rows have no shape.
      guard let shape else { preconditionFailure("a row of an empty array") }
      return (try array.integers(position * shape.count..<(position + 1) * shape.count), shape)
    case .folder(let folder):
      let array = try NPYArray(contentsOf: "\(folder)/\(FolderNames.number(position)).npy")
      let dimensions = array.header.shape
      guard dimensions.count == 2,
        let shape = GridShape(height: dimensions[0], width: dimensions[1])
      else {
        throw BridgeError(
          .unsuitableShape(found: dimensions, needed: "(height, width) is needed"),
          path: array.path)
      }
      return (try array.integers(0..<shape.count), shape)
    }
  }
}

/// Rows whose grids lie in `.npy` files and whose text, if any, in the lines of a `.jsonl` file.
struct ArrayRows: ImportSource {
  let kinds: [String: TokenFileColumn.Kind]
  private let grids: [(name: String, files: GridFiles, vocabularySize: Int)]
  private var lines: JSONLines?
  private var rejects: [TokenFileReject] = []
  private let count: Int
  private var position = 0
  private var inputs = 0

  /// One array, and perhaps lines that say more about its rows.
  ///
  /// - Parameters:
  ///   - shape: The shape of a grid, where the array has one dimension for it.
  ///   - known: Kinds of columns by name, for members whose kind the values do not tell.
  init(
    path: String, lines linesPath: String?, shape: GridShape?, vocabularySize: Int,
    known: (String) -> TokenFileColumn.Kind?
  ) throws(BridgeError) {
    let array = try NPYArray(contentsOf: path)
    guard !array.header.shape.isEmpty else {
      throw BridgeError(
        .unsuitableShape(found: [], needed: "(rows, height, width) is needed"), path: path)
    }
    let files = try GridFiles(array: array, shape: shape)
    let image = TokenFileColumn.imageName
    grids = [(image, files, vocabularySize)]
    count = array.header.shape[0]
    var kinds: [String: TokenFileColumn.Kind] = [:]
    if case .one(_, let shape?) = files {
      kinds[image] = .grid(
        height: shape.height, width: shape.width, vocabularySize: vocabularySize)
    } else {
      kinds[image] = .raggedGrid(vocabularySize: vocabularySize)
    }
    if let linesPath {
      var first = try JSONLines(path: linesPath)
      let members = try first.next() ?? [:]
      for (name, value) in members where Self.isExtra(name) {
        kinds[name] = known(name) ?? value.kind
      }
      lines = try JSONLines(path: linesPath)
    }
    self.kinds = kinds
  }

  /// The folder of an export, with its own header.
  init(exportedFolder folder: String, header: TokenFileHeader) throws(BridgeError) {
    var kinds: [String: TokenFileColumn.Kind] = [:]
    var grids: [(String, GridFiles, Int)] = []
    for column in header.columns {
      kinds[column.name] = column.kind
      guard column.kind.name == "grid", let size = column.kind.vocabularySize else { continue }
      let place = "\(folder)/\(FolderNames.name(of: column))"
      let files: GridFiles =
        OutputFolder.exists(place + ".npy")
        ? try GridFiles(
          array: try NPYArray(contentsOf: place + ".npy"), shape: Self.shape(of: column.kind))
        : .folder(place)
      grids.append((column.name, files, size))
    }
    let rowsPath = "\(folder)/\(FolderNames.rows)"
    var all = try JSONLines(path: rowsPath)
    while true {
      // A line that is no object is a row all the same, and rejected when its turn comes.
      do throws(BridgeError) {
        if try all.next() == nil { break }
      } catch {
        guard case .invalidLine = error.reason else { throw error }
      }
    }
    for (_, files, _) in grids {
      if let found = files.count, found != all.count {
        throw BridgeError(
          .countMismatch(what: "lines and rows of the arrays", expected: found, found: all.count),
          path: rowsPath)
      }
    }
    count = all.count
    lines = try JSONLines(path: rowsPath)
    rejects = try Self.rejects("\(folder)/\(FolderNames.rejects)")
    self.kinds = kinds
    self.grids = grids
  }

  private static func shape(of kind: TokenFileColumn.Kind) -> GridShape? {
    guard case .grid(let height, let width, _) = kind else { return nil }
    return GridShape(height: height, width: width)
  }

  private static func rejects(_ path: String) throws(BridgeError) -> [TokenFileReject] {
    guard OutputFolder.exists(path) else { return [] }
    var lines = try JSONLines(path: path)
    var rejects: [TokenFileReject] = []
    while let members = try lines.next() {
      guard case .integer(let input)? = members["input"],
        case .string(let key)? = members["key"], case .string(let stage)? = members["stage"],
        case .string(let code)? = members["code"], case .string(let message)? = members["message"],
        input > rejects.last.map({ Int64($0.input) }) ?? -1, let input = Int(exactly: input)
      else {
        throw BridgeError(
          .invalidLine(number: lines.count, detail: "not a reject, or out of order"), path: path)
      }
      rejects.append(
        TokenFileReject(key: key, stage: stage, code: code, message: message, input: input))
    }
    rejects.reverse()
    return rejects
  }

  /// Whether a member becomes a column of its own.
  private static func isExtra(_ name: String) -> Bool {
    ![
      TokenFileColumn.keyName, TokenFileColumn.imageName, TokenFileColumn.captionsName,
      TokenFileColumn.sourceSizeName, "caption", "text",
    ].contains(name)
  }

  mutating func next() throws(BridgeError) -> ImportedInput? {
    defer { inputs += 1 }
    // What stands last is due first.
    if let reject = rejects.last, reject.input == inputs || position == count {
      rejects.removeLast()
      return .reject(reject)
    }
    guard position < count else {
      if let lines, !lines.isAtEnd {
        throw BridgeError(
          .countMismatch(what: "lines for the rows", expected: count, found: count + 1),
          path: lines.path)
      }
      return nil
    }
    defer { position += 1 }
    return try row()
  }

  private mutating func row() throws(BridgeError) -> ImportedInput {
    var key = FolderNames.number(position)
    var members: [String: JSONValue] = [:]
    if lines != nil {
      do throws(BridgeError) {
        guard let found = try lines!.next() else {
          throw BridgeError(
            .countMismatch(what: "lines for the rows", expected: count, found: position),
            path: lines?.path)
        }
        members = found
      } catch {
        guard case .invalidLine = error.reason else { throw error }
        return .rejected(key, "bad-line", "\(error)")
      }
    }
    if case .string(let text)? = members[TokenFileColumn.keyName] { key = text }
    var row = TokenFileRow(key: key, grid: TokenGrid(height: 0, width: 0, tokens: []))
    for (name, files, size) in grids {
      let found: ([Int64], GridShape)
      do throws(BridgeError) { found = try files.row(position) } catch {
        guard case .folder = files else { throw error }
        return .rejected(key, "unreadable", "\(error)")
      }
      var problem = ""
      guard let grid = TokenGrid(found.0[...], found.1, below: size, problem: &problem) else {
        return .rejected(key, "token-out-of-range", "\(name): \(problem)")
      }
      if name == TokenFileColumn.imageName {
        row.grid = grid
      } else {
        row.values[name] = .grid(grid)
      }
    }
    let captions =
      members[TokenFileColumn.captionsName] ?? members["caption"] ?? members["text"]
    row.captions = captions?.strings ?? []
    if let size = members[TokenFileColumn.sourceSizeName]?.integers, size.count == 2 {
      row.sourceHeight = Int(size[0])
      row.sourceWidth = Int(size[1])
    }
    for (name, kind) in kinds where Self.isExtra(name) && kind.name != "grid" {
      guard let value = members[name]?.value(for: kind) else {
        return .rejected(key, "bad-value", "\(name): missing, or not of kind \(kind.name)")
      }
      row.values[name] = value
    }
    return .row(row)
  }
}
