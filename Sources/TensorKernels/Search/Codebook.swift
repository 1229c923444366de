import Synchronization

/// The codewords of a codec: a row of numbers for each token.
///
/// Used to turn tokens back into latents. Rows are read from the checkpoint on the first look-up.
public final class Codebook: Sendable {
  /// How many codewords there are; tokens lie in `0..<size`.
  public let size: Int
  /// Numbers per codeword.
  public let dimension: Int
  private let parameter: Parameter
  private let rows = Mutex<[Float]?>(nil)

  /// Describes a codebook that is read later.
  ///
  /// - Parameter rows: `[size, dimension]`.
  /// - Throws: `parameterShape` when the parameter is no matrix.
  public init(rows: Parameter) throws(NetworkError) {
    guard rows.shape.count == 2, rows.shape.allSatisfy({ $0 > 0 }) else {
      throw NetworkError(
        .parameterShape(parameter: rows.name, expected: [0, 0], found: rows.shape), at: "codebook")
    }
    size = rows.shape[0]
    dimension = rows.shape[1]
    parameter = rows
  }

  /// Replaces every token by its codeword.
  ///
  /// - Parameters:
  ///   - tokens: `batch * height * width` tokens, row by row.
  ///   - batch: Grids that lie behind one another.
  ///   - height: Rows of each grid.
  ///   - width: Columns of each grid.
  /// - Returns: `batch` × `height` × `width` × `dimension`.
  /// - Throws: `token` when one is outside `0..<size`; what reading the rows throws.
  public func lookUp(
    _ tokens: [Int32], batch: Int = 1, height: Int, width: Int
  ) throws(NetworkError) -> Tensor {
    precondition(
      tokens.count == batch * height * width,
      "\(batch)×\(height)×\(width) tokens are not \(tokens.count)")
    let rows = try loadedRows()
    for token in tokens where token < 0 || token >= size {
      throw NetworkError(.token(found: Int(token), codebookSize: size), at: parameter.name)
    }
    var values: [Float] = []
    values.reserveCapacity(tokens.count * dimension)
    for token in tokens {
      values.append(contentsOf: rows[Int(token) * dimension..<(Int(token) + 1) * dimension])
    }
    return Tensor(batch: batch, height: height, width: width, channels: dimension, values: values)
  }

  private func loadedRows() throws(NetworkError) -> [Float] {
    try rows.withLock { cached throws(NetworkError) -> [Float] in
      if let cached { return cached }
      let values = try parameter.load()
      cached = values
      return values
    }
  }
}
