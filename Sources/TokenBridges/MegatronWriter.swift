public import Tokens

/// Megatron's indexed dataset: `NAME.bin` with the ids of all rows, `NAME.idx` with their places.
///
/// Source: NVIDIA/Megatron-LM, `megatron/core/datasets/indexed_dataset.py`: magic `MMIDIDX\0\0`,
/// version 1, type code, counts, sizes, byte offsets, document bounds. Every row is a document.
public final class MegatronWriter {
  private let path: String
  private let file: PieceFile
  private let type: IntegerType
  private var sizes: [Int32] = []

  /// Starts a data set.
  ///
  /// - Parameters:
  ///   - path: Its name, with or without `.bin`.
  ///   - vocabularySize: Ids lie below it; as Megatron does, fewer than 65,500 ids are written in
  ///     16 bits. Without it, and for larger ones, in 32.
  public init(path: String, vocabularySize: Int? = nil) throws(BridgeError) {
    self.path = path.hasSuffix(".bin") ? String(path.dropLast(4)) : path
    type = vocabularySize.map { $0 < 65_500 ? .uint16 : .int32 } ?? .int32
    file = try PieceFile(path: self.path + ".bin")
  }

  /// The names of both files.
  public var paths: [String] { [path + ".bin", path + ".idx"] }

  /// Appends a row.
  public func append(_ values: [TokenID]) throws(BridgeError) {
    try file.write(values, as: type)
    sizes.append(Int32(values.count))
  }

  /// Finishes both files and returns their names.
  @discardableResult public func finish() throws(BridgeError) -> [String] {
    let index = try PieceFile(path: path + ".idx")
    try index.write(Array("MMIDIDX".utf8) + [0, 0])
    try index.write([1], as: .uint64)
    try index.write([type == .uint16 ? 8 : 4], as: .uint8)
    try index.write([sizes.count, sizes.count + 1], as: .uint64)
    try index.write(sizes, as: .int32)
    var offset = 0
    for size in sizes {
      try index.write([offset], as: .int64)
      offset += Int(size) * type.size
    }
    for document in 0...sizes.count { try index.write([document], as: .int64) }
    // The index last: where it is, the ids are whole.
    try file.finish()
    try index.finish()
    return paths
  }
}
