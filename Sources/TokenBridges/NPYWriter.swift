/// A `.npy` file that is written row by row.
public final class NPYWriter {
  private let file: PieceFile
  private let type: IntegerType
  private let rowSize: Int
  private let rowCount: Int
  private var rows = 0

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: The finished file's name.
  ///   - shape: The dimensions; the first counts the rows.
  public init(path: String, type: IntegerType, shape: [Int]) throws(BridgeError) {
    let header = NPYHeader(type: type, shape: shape)
    self.type = type
    rowCount = shape[0]
    rowSize = shape.dropFirst().reduce(1, *)
    file = try PieceFile(path: path)
    try file.write(header.bytes)
  }

  /// Appends one row: as many values as the shape says, each of which the type holds.
  public func append(_ values: [some FixedWidthInteger]) throws(BridgeError) {
    precondition(values.count == rowSize, "\(values.count) values in a row of \(rowSize)")
    try file.write(values, as: type)
    rows += 1
  }

  /// Finishes the file; every row must have been written.
  public func finish() throws(BridgeError) {
    precondition(rows == rowCount, "\(rows) rows of \(rowCount) were written")
    try file.finish()
  }
}
