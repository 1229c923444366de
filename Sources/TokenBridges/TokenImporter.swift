import ByteCoding
public import TokenFiles
public import Tokens

/// Makes a token file of what other programs wrote.
///
/// ```swift
/// let importer = TokenImporter(like: try TokenFile(contentsOf: "photographs.tessera").header)
/// try importer.run("codes.npy", to: "more.tessera")
/// ```
///
/// An input that cannot be used becomes a reject with its reason; a file that cannot be understood
/// at all is an error.
public struct TokenImporter {
  /// What lies at a path.
  public enum Source: String, CaseIterable, Sendable {
    /// One array of all rows (`.npy`), or the folder that ``TokenExporter`` makes.
    case npy
    /// A folder of codes, a file for each picture.
    case llamagen
    /// `int32` ids without a header.
    case cogdata
  }

  /// What the input does not say itself.
  public struct Options: Hashable, Sendable {
    /// The grids of a row, smallest first; only cogdata's rows may have more than one.
    public var grids: [GridShape] = []
    /// cogdata: places for text at the start of a row.
    public var textLength = 0
    /// cogdata: what fills the places for text that are left.
    public var padding: TokenID = -1
    /// cogdata: text ids lie below it.
    public var textVocabularySize: Int?
    /// cogdata: what was added to every image token.
    public var idOffset = 0
    /// npy: a `.jsonl` file with a line for each row: `key`, `captions`, `source_size`, and members
    /// of text and integers that become columns.
    public var lines: String?

    /// Makes options that add nothing.
    public init() {}
  }

  /// What was imported.
  public struct Report: Hashable, Sendable {
    /// Rows of the token file.
    public var rowCount = 0
    /// Inputs that were rejected.
    public var rejectCount = 0
    /// How many there are of each code.
    public var rejectCodes: [String: Int] = [:]
  }

  /// What the input does not say itself.
  public var options = Options()
  private let model: TokenFileHeader?
  private let isLike: Bool

  /// Makes an importer for tokens of the same codec, recipe and columns as those of another file.
  public init(like header: TokenFileHeader) {
    model = header
    isLike = true
  }

  /// Makes an importer for tokens of a codec, whose preprocessing is not known.
  public init(codec: CodecIdentity) {
    model = TokenFileHeader(
      codec: codec, recipe: .init(name: "imported", size: 0), policy: "imported", columns: [])
    isLike = false
  }

  /// Makes an importer for folders of ``TokenExporter`` alone, which name their codec.
  public init() {
    model = nil
    isLike = false
  }

  /// What lies at a path, by its name and, for a folder, by what is in it.
  public static func source(at path: String) throws(BridgeError) -> Source {
    if path.hasSuffix(".npy") || OutputFolder.exists("\(path)/\(FolderNames.header)") {
      return .npy
    }
    if path.hasSuffix(".bin") { return .cogdata }
    guard OutputFolder.exists(path + "/.") else {
      throw BridgeError(.options("neither .npy nor .bin nor a folder; say --from"), path: path)
    }
    return .llamagen
  }

  /// Makes a token file.
  ///
  /// - Parameters:
  ///   - input: What to read.
  ///   - path: The token file to make; one that exists is not replaced.
  ///   - source: What `input` is; told from its name when nil.
  /// - Throws: ``BridgeError``: an input that cannot be understood (see its reasons); options that are
  ///   missing; whatever the file system refuses.
  @discardableResult
  public func run(
    _ input: String, to path: String, from source: Source? = nil
  ) throws(BridgeError) -> Report {
    guard !OutputFolder.exists(path) else { throw BridgeError(.exists, path: path) }
    let source = if let source { source } else { try Self.source(at: input) }
    let headerPath = "\(input)/\(FolderNames.header)"
    if source == .npy, OutputFolder.exists(headerPath) {
      let header = try Self.header(at: headerPath)
      if let model, isLike, !model.isCompatible(with: header) {
        throw BridgeError(
          .tokenFile(TokenFileError(.headersDiffer(model.differences(from: header)))))
      }
      let rows = try ArrayRows(exportedFolder: input, header: header)
      return try write(rows, header, to: path)
    }
    guard let model else {
      throw BridgeError(
        .options("does not name its codec; give --like FILE or --codec NAME"), path: input)
    }
    let size = model.codec.codebookSize
    let shape = try shape(model)
    let rows: any ImportSource
    switch source {
    case .npy:
      rows = try ArrayRows(
        path: input, lines: options.lines, shape: shape, vocabularySize: size,
        known: { model.column(named: $0)?.kind })
    case .llamagen:
      let (codes, labels) = try CodeFolder.folders(at: input)
      rows = try CodeFolder(codes: codes, labels: labels, shape: shape, vocabularySize: size)
    case .cogdata:
      var options = options
      if options.grids.isEmpty, let shape { options.grids = [shape] }
      rows = try CogdataRows(
        path: input, options: options, vocabularySize: size,
        textVocabularySize: options.textVocabularySize
          ?? model.column(named: RowIDs.textColumn)?.kind.vocabularySize
          ?? model.textTokenizer?.vocabularySize)
    }
    return try write(rows, header(model, for: rows), to: path)
  }

  /// The shape of the grids as options or model say it.
  private func shape(_ model: TokenFileHeader) throws(BridgeError) -> GridShape? {
    if options.grids.count > 1 { return nil }
    if let shape = options.grids.first { return shape }
    guard case .grid(let height, let width, _)? = model.column(named: "image")?.kind else {
      return nil
    }
    return GridShape(height: height, width: width)
  }

  private static func header(at path: String) throws(BridgeError) -> TokenFileHeader {
    let file = try bridging { () throws(ByteCodingError) in try MappedFile(path: path) }
    guard file.count <= TokenFileLimits.headerBytes else {
      throw BridgeError(.invalidLine(number: 1, detail: "longer than any header"), path: path)
    }
    var bytes = [UInt8](copying: file.bytes)
    while bytes.last == 0x0A { bytes.removeLast() }
    let value: CanonicalJSON
    do throws(CanonicalJSON.Malformed) {
      value = try CanonicalJSON(parsing: bytes)
    } catch {
      throw BridgeError(
        .invalidLine(number: 1, detail: "\(error.detail) at byte \(error.offset)"), path: path)
    }
    return try bridging { () throws(TokenFileError) in try TokenFileHeader(parsing: value) }
  }

  /// The header of the new file: the model's, with the columns that there are.
  private func header(_ model: TokenFileHeader, for rows: any ImportSource) -> TokenFileHeader {
    var kinds = rows.kinds
    kinds[TokenFileColumn.keyName] = .text
    kinds[TokenFileColumn.captionsName] = .texts
    kinds[TokenFileColumn.sourceSizeName] = .integers(count: 2)
    // The model's own where they agree, so that its encodings stay.
    var columns = model.columns.filter { kinds[$0.name] == $0.kind }
    for column in columns { kinds[column.name] = nil }
    let usual = ["image", "key", "captions", "source_size"]
    func rank(_ name: String) -> Int { usual.firstIndex(of: name) ?? usual.count }
    var id = columns.last?.id ?? 0
    for (name, kind) in kinds.sorted(by: {
      (rank($0.key), $0.key) < (rank($1.key), $1.key)
    }) {
      id += 1
      columns.append(TokenFileColumn(id: id, name: name, kind: kind))
    }
    var header = model
    header.columns = columns
    return header
  }

  private func write(
    _ rows: any ImportSource, _ header: TokenFileHeader, to path: String
  ) throws(BridgeError) -> Report {
    var rows = rows
    var report = Report()
    var writer = try bridging { () throws(TokenFileError) in
      try TokenFileWriter(to: path, header: header, leftover: .replace)
    }
    while let input = try rows.next() {
      do throws(TokenFileError) {
        switch input {
        case .row(let row): try writer.append(row)
        case .reject(let reject): try writer.reject(reject, counting: &report)
        }
      } catch {
        guard case .row(let row) = input, case .unfitRow(_, let detail) = error.reason else {
          throw BridgeError(error)
        }
        let reject = TokenFileReject(
          key: row.key, stage: "import", code: "unfit", message: detail)
        do throws(TokenFileError) { try writer.reject(reject, counting: &report) } catch {
          throw BridgeError(error)
        }
      }
    }
    report.rowCount = writer.rowCount
    report.rejectCount = writer.rejectCount
    do throws(TokenFileError) {
      try writer.finish(inputs: report.rowCount + report.rejectCount)
    } catch {
      throw BridgeError(error)
    }
    return report
  }
}

extension TokenFileWriter {
  fileprivate mutating func reject(
    _ reject: TokenFileReject, counting report: inout TokenImporter.Report
  ) throws(TokenFileError) {
    report.rejectCodes[reject.code, default: 0] += 1
    try self.reject(reject)
  }
}
