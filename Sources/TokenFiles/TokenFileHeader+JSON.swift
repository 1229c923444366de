import ByteCoding
import Tokens

extension TokenFileHeader {
  /// The header as canonical JSON; equal headers give equal text.
  public var json: String { jsonValue.text }

  var jsonValue: CanonicalJSON {
    var members: [String: CanonicalJSON] = [
      "codec": .object([
        "codebook_digest": .string(codec.codebookDigest),
        "codebook_size": .integer(codec.codebookSize),
        "name": .string(codec.name),
        "patch_size": .integer(codec.patchSize),
        "weights_digest": .string(codec.weightsDigest),
      ]),
      "columns": .array(columns.map(\.jsonValue)),
      "format": .string("tessera-token-file"),
      "notes": .object(notes.mapValues { .string($0) }),
      "policy": .string(policy),
      "recipe": .object([
        "name": .string(recipe.name),
        "options": .object(recipe.options.mapValues { .string($0) }),
        "size": .integer(recipe.size),
      ]),
      "requires": .array([]),
      "rows_per_chunk": .integer(rowsPerChunk),
      "version": .array([
        .integer(TokenFileLayout.version.major), .integer(TokenFileLayout.version.minor),
      ]),
    ]
    if let text = textTokenizer {
      members["text_tokenizer"] = .object([
        "digest": .string(text.digest),
        "maximum_length": .integer(text.maximumLength),
        "name": .string(text.name),
        "padding_token": text.paddingToken.map { .integer(Int($0)) } ?? .null,
        "vocabulary_size": .integer(text.vocabularySize),
      ])
    }
    return .object(members)
  }

  /// Reads a header; inverse of ``json``. Members that this version does not know are passed over.
  ///
  /// - Throws: `invalidHeader`, `unsupportedVersion`, `unsupportedFeatures` or `limitExceeded`.
  package init(parsing value: CanonicalJSON) throws(TokenFileError) {
    let root = Fields(value, "header")
    guard try root.string("format") == "tessera-token-file" else {
      throw TokenFileError(.invalidHeader("\"format\" is not \"tessera-token-file\""))
    }
    let version = try root.array("version").compactMap(\.integerValue)
    guard version.count == 2 else {
      throw TokenFileError(.invalidHeader("\"version\" is not two integers"))
    }
    guard version[0] == TokenFileLayout.version.major else {
      throw TokenFileError(
        .unsupportedVersion(found: version[0], supported: TokenFileLayout.version.major))
    }
    let required = try root.array("requires")
    guard required.isEmpty else {
      throw TokenFileError(.unsupportedFeatures(required.map { $0.stringValue ?? $0.text }))
    }
    let codec = try root.object("codec")
    let recipe = try root.object("recipe")
    var columns: [TokenFileColumn] = []
    for column in try root.array("columns") {
      columns.append(try TokenFileColumn(parsing: Fields(column, "column")))
    }
    self.init(
      codec: CodecIdentity(
        name: try codec.string("name"), weightsDigest: try codec.digest("weights_digest"),
        codebookSize: try codec.integer("codebook_size", in: 1...TokenFileLimits.vocabularySize),
        codebookDigest: try codec.digest("codebook_digest"),
        patchSize: try codec.integer("patch_size", in: 1...TokenFileLimits.gridSide)),
      recipe: Recipe(
        name: try recipe.string("name"), size: try recipe.integer("size", in: 0...(1 << 20)),
        options: try recipe.strings("options")),
      policy: try root.string("policy"), columns: columns,
      rowsPerChunk: try root.integer("rows_per_chunk", in: 1...TokenFileLimits.rowsPerChunk),
      notes: try root.strings("notes"))
    if value["text_tokenizer"] != nil {
      let text = try root.object("text_tokenizer")
      let limit = TokenFileLimits.vocabularySize
      textTokenizer = TextTokenizer(
        name: try text.string("name"), digest: try text.digest("digest"),
        vocabularySize: try text.integer("vocabulary_size", in: 1...limit),
        maximumLength: try text.integer("maximum_length", in: 0...TokenFileLimits.tokensPerValue),
        paddingToken: try text.optionalInteger("padding_token", in: 0...limit).map(TokenID.init))
    }
    try checkColumns()
  }

  /// Refuses column lists that no file may have.
  func checkColumns() throws(TokenFileError) {
    guard columns.count <= TokenFileLimits.columns else {
      throw TokenFileError(
        .limitExceeded(
          what: "the number of columns", found: columns.count, limit: TokenFileLimits.columns))
    }
    guard Set(columns.map(\.name)).count == columns.count else {
      throw TokenFileError(.invalidHeader("two columns have the same name"))
    }
    guard zip(columns, columns.dropFirst()).allSatisfy({ $0.id < $1.id }) else {
      throw TokenFileError(.invalidHeader("column ids do not ascend"))
    }
    guard column(named: TokenFileColumn.keyName)?.kind == .text else {
      throw TokenFileError(.invalidHeader("there is no text column \"key\""))
    }
    guard column(named: TokenFileColumn.imageName)?.kind.name == "grid" else {
      throw TokenFileError(.invalidHeader("there is no grid column \"image\""))
    }
  }
}

extension TokenFileColumn {
  var jsonValue: CanonicalJSON {
    var members: [String: CanonicalJSON] = [
      "encoding": .string(encoding.name), "id": .integer(id), "kind": .string(kind.name),
      "name": .string(name),
    ]
    if let vocabularySize = kind.vocabularySize {
      members["bits"] = .integer(bits)
      members["vocabulary_size"] = .integer(vocabularySize)
      members["tree"] = tree.map { .string($0.base64) }
    }
    switch kind {
    case .grid(let height, let width, _):
      members["height"] = .integer(height)
      members["width"] = .integer(width)
    case .integers(let count):
      members["count"] = .integer(count)
    case .raggedGrid, .tokens, .text, .texts: break
    }
    return .object(members)
  }

  fileprivate init(parsing fields: Fields) throws(TokenFileError) {
    let name = try fields.string("name")
    let id = try fields.integer("id", in: 1...65_535)
    guard 1...64 ~= name.utf8.count else {
      throw TokenFileError(.invalidHeader("a column's name has 1 to 64 bytes"))
    }
    let encodingName = try fields.string("encoding")
    guard let encoding = Encoding(name: encodingName) else {
      throw TokenFileError(.invalidHeader("column \"\(name)\" has encoding \"\(encodingName)\""))
    }
    func vocabulary() throws(TokenFileError) -> Int {
      try fields.integer("vocabulary_size", in: 1...TokenFileLimits.vocabularySize)
    }
    let kind: Kind
    switch try fields.string("kind") {
    case "grid" where fields.has("height") || fields.has("width"):
      let side = 1...TokenFileLimits.gridSide
      let height = try fields.integer("height", in: side)
      let width = try fields.integer("width", in: side)
      guard height * width <= TokenFileLimits.tokensPerValue else {
        throw TokenFileError(
          .limitExceeded(
            what: "the size of grid column \"\(name)\"", found: height * width,
            limit: TokenFileLimits.tokensPerValue))
      }
      kind = .grid(height: height, width: width, vocabularySize: try vocabulary())
    case "grid": kind = .raggedGrid(vocabularySize: try vocabulary())
    case "tokens": kind = .tokens(vocabularySize: try vocabulary())
    case "text": kind = .text
    case "texts": kind = .texts
    case "integers":
      kind = .integers(
        count: try fields.integer("count", in: 1...TokenFileLimits.integersPerValue))
    case let other:
      throw TokenFileError(.invalidHeader("column \"\(name)\" has the unknown kind \"\(other)\""))
    }
    var tree: CodebookTree?
    if encoding == .compact {
      let text = try fields.string("tree")
      guard let size = kind.vocabularySize, let read = CodebookTree(base64: text, count: size)
      else {
        throw TokenFileError(.invalidHeader("\"tree\" of column \"\(name)\" is no tree"))
      }
      tree = read
    }
    self.init(id: id, name: name, kind: kind, encoding: encoding, tree: tree)
    let isPossible =
      switch encoding {
      case .packed: kind.vocabularySize != nil
      case .compact: kind.name == "grid"
      case .raw, .deflate, .zstd: kind.vocabularySize == nil
      }
    guard isPossible else {
      throw TokenFileError(
        .invalidHeader("column \"\(name)\" of kind \(kind.name) cannot be \(encoding.name)"))
    }
    if kind.vocabularySize != nil {
      let stored = try fields.integer("bits", in: BitPacking.widths)
      guard stored == bits else {
        throw TokenFileError(
          .countMismatch(what: "bits of column \"\(name)\"", expected: bits, found: stored))
      }
    }
  }
}

/// Typed access to the members of a JSON object, with errors that name the member.
private struct Fields {
  let members: [String: CanonicalJSON]
  let what: String

  init(_ value: CanonicalJSON, _ what: String) {
    members = value.objectValue ?? [:]
    self.what = what
  }

  func has(_ key: String) -> Bool { members[key] != nil }

  private func bad(_ key: String, _ need: String) -> TokenFileError {
    TokenFileError(.invalidHeader("\"\(key)\" of the \(what) is missing or not \(need)"))
  }

  func string(_ key: String) throws(TokenFileError) -> String {
    guard let value = members[key]?.stringValue else { throw bad(key, "a string") }
    return value
  }

  func digest(_ key: String) throws(TokenFileError) -> String {
    let value = try string(key)
    guard value.utf8.count == 64,
      value.utf8.allSatisfy({
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
      })
    else { throw bad(key, "64 lower-case hexadecimal digits") }
    return value
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(TokenFileError) -> Int {
    guard let value = members[key]?.integerValue, range ~= value else {
      throw bad(key, "an integer in \(range)")
    }
    return value
  }

  func optionalInteger(
    _ key: String, in range: ClosedRange<Int>
  ) throws(TokenFileError) -> Int? {
    members[key] == .null ? nil : try integer(key, in: range)
  }

  func array(_ key: String) throws(TokenFileError) -> [CanonicalJSON] {
    guard let value = members[key]?.arrayValue else { throw bad(key, "a list") }
    return value
  }

  func object(_ key: String) throws(TokenFileError) -> Fields {
    guard let value = members[key], value.objectValue != nil else { throw bad(key, "an object") }
    return Fields(value, "\"\(key)\" object")
  }

  func strings(_ key: String) throws(TokenFileError) -> [String: String] {
    guard let object = members[key]?.objectValue else { throw bad(key, "an object") }
    var result: [String: String] = [:]
    for (name, value) in object {
      guard let text = value.stringValue else { throw bad(key, "an object of strings") }
      result[name] = text
    }
    return result
  }
}
