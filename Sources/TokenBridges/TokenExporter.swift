public import TokenFiles

/// Writes the rows of a token file in the formats of other programs, row by row in bounded memory.
///
/// ```swift
/// let file = try TokenFile(contentsOf: "photographs.tessera")
/// try TokenExporter(.webdataset).export(file, to: "photographs.tar")
/// ```
///
/// What is written depends on the rows alone, and stands under its name only when it is whole.
public struct TokenExporter {
  /// The formats.
  public enum Format: String, CaseIterable, Sendable {
    /// A folder: `image.npy` (`[rows, height, width]`, the smallest unsigned type) or, where grids
    /// differ in size, `image/NUMBER.npy`; the same for every further grid column; `rows.jsonl` with
    /// everything else; `rejects.jsonl`; `header.json`. ``TokenImporter`` makes the token file again.
    case npy
    /// `OUT.bin` and `OUT.idx` of Megatron-LM.
    case megatron
    /// A tar file: per row `NAME.npy`, `NAME.txt` with a caption on each line, `NAME.json`.
    case webdataset
    /// `int32` ids, row after row, without a header.
    case cogdata
    /// A line of JSON for each row.
    case jsonl
  }

  /// The format.
  public let format: Format
  /// What rows of ids are made of, for `megatron` and `cogdata`; the image tokens when nil.
  public var ids: RowIDs?

  /// Makes an exporter.
  public init(_ format: Format, ids: RowIDs? = nil) {
    self.format = format
    self.ids = ids
  }

  /// Writes a file's rows.
  ///
  /// - Parameters:
  ///   - file: The token file.
  ///   - path: The file or folder to make; nothing that exists is replaced.
  ///   - rows: Which rows; all when nil.
  /// - Returns: The files and folders that were made.
  /// - Throws: ``BridgeError``: `exists`; damage in the token file; a row that does not fit the
  ///   format; whatever the file system refuses.
  @discardableResult
  public func export(
    _ file: TokenFile, to path: String, rows: Range<Int>? = nil
  ) throws(BridgeError) -> [String] {
    let rows = rows ?? 0..<file.count
    let writer: any RowWriter
    switch format {
    case .npy: writer = try FolderWriter(file, rows: rows, path: path)
    case .webdataset: writer = try WebDatasetWriter(file.header, path: path)
    case .jsonl: writer = try LineWriter(file.header, path: path)
    case .megatron, .cogdata:
      let ids = if let given = self.ids { given } else { try RowIDs.plain(file.header) }
      writer =
        format == .cogdata
        ? try CogdataWriter(ids, path: path) : try MegatronRows(ids, path: path)
    }
    for position in rows {
      let row = try bridging { () throws(TokenFileError) in try file.row(at: position) }
      try writer.append(row, position)
    }
    return try writer.finish()
  }
}

/// Takes one row after another.
protocol RowWriter {
  func append(_ row: TokenFileRow, _ position: Int) throws(BridgeError)
  func finish() throws(BridgeError) -> [String]
}

extension RowWriter {
  /// Refuses to replace what is there.
  static func requireFree(_ paths: String...) throws(BridgeError) {
    for path in paths where OutputFolder.exists(path) { throw BridgeError(.exists, path: path) }
  }
}

/// Rows as lines of JSON.
private struct LineWriter: RowWriter {
  private let file: PieceFile
  private let json: RowJSON
  private let path: String

  init(_ header: TokenFileHeader, path: String) throws(BridgeError) {
    try Self.requireFree(path)
    self.path = path
    json = RowJSON(header) { _ in true }
    file = try PieceFile(path: path)
  }

  func append(_ row: TokenFileRow, _ position: Int) throws(BridgeError) {
    try file.write(json.object(row) + [0x0A])
  }

  func finish() throws(BridgeError) -> [String] {
    try file.finish()
    return [path]
  }
}

/// Rows of ids for Megatron.
private struct MegatronRows: RowWriter {
  private let ids: RowIDs
  private let writer: MegatronWriter

  init(_ ids: RowIDs, path: String) throws(BridgeError) {
    let stem = path.hasSuffix(".bin") ? String(path.dropLast(4)) : path
    try Self.requireFree(stem + ".bin", stem + ".idx")
    self.ids = ids
    writer = try MegatronWriter(path: stem, vocabularySize: ids.vocabularySize)
  }

  func append(_ row: TokenFileRow, _ position: Int) throws(BridgeError) {
    try writer.append(try ids(position, row))
  }

  func finish() throws(BridgeError) -> [String] { try writer.finish() }
}

/// Rows of ids for cogdata's `BinaryDataset`.
///
/// Source: Sleepychord/cogdata, `data_savers/binary_saver.py`, `datasets/binary_dataset.py`.
private final class CogdataWriter: RowWriter {
  private let ids: RowIDs
  private let file: PieceFile
  private let path: String
  private var length: Int?

  init(_ ids: RowIDs, path: String) throws(BridgeError) {
    try Self.requireFree(path)
    self.ids = ids
    self.path = path
    file = try PieceFile(path: path)
  }

  func append(_ row: TokenFileRow, _ position: Int) throws(BridgeError) {
    let built = try ids(position, row)
    // The file says nowhere where a row begins: all must have the same length.
    guard built.count == length ?? built.count else {
      throw BridgeError(
        .unsuitableRow(
          row: position, key: row.key,
          detail: "\(built.count) ids, the rows before have \(length!); "
            + "cogdata needs rows of one length"), path: path)
    }
    length = built.count
    try file.write(built, as: .int32)
  }

  func finish() throws(BridgeError) -> [String] {
    try file.finish()
    return [path]
  }
}
