import ByteCoding
import CTokenCoding
import Tokens

/// Token grids coded by the context model of `CTokenCoding`.
enum CompactTokens {
  /// Encodes the tokens of all rows of a chunk.
  ///
  /// - Parameters:
  ///   - tokens: Row after row, each below the vocabulary size.
  ///   - shapes: Height and width of each row, one after the other.
  ///   - limit: Bytes that the result must stay below to be of use.
  /// - Returns: nil when it does not.
  static func encode(
    _ tokens: [TokenID], shapes: [UInt32], tree: CodebookTree, limit: Int
  ) -> [UInt8]? {
    guard !tokens.isEmpty, limit > 4 else { return nil }
    let labels = tokens.map { tree.labels[Int($0)] }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      // SAFETY: the shapes describe exactly `labels`; the capacity is passed along.
      count = unsafe tessera_compact_encode(
        labels, shapes, shapes.count / 2, Int32(tree.bits), output.baseAddress, limit)
    }
    return bytes.isEmpty || bytes.count >= limit ? nil : bytes
  }

  /// Decodes the tokens of all rows of a chunk; inverse of ``encode(_:shapes:tree:limit:)``.
  ///
  /// - Returns: nil when the bytes are too few or too many, or give a label without a code.
  static func decode(
    _ bytes: RawSpan, shapes: [UInt32], count: Int, tree: CodebookTree
  ) -> [TokenID]? {
    if count == 0 { return bytes.byteCount == 0 ? [] : nil }
    var succeeded = false
    var tokens = unsafe [TokenID](unsafeUninitializedCapacity: count) { output, filled in
      unsafe bytes.withUnsafeBytes { input in
        guard let start = input.baseAddress else { return }
        // SAFETY: the shapes add up to `count` labels, the capacity of the output.
        let status = unsafe tessera_compact_decode(
          start.assumingMemoryBound(to: UInt8.self), input.count, shapes, shapes.count / 2,
          Int32(tree.bits), output.baseAddress)
        precondition(status != 2, "no memory for the context model")
        succeeded = status == 0
      }
      filled = succeeded ? count : 0
    }
    guard succeeded else { return nil }
    let codes = tree.codes
    for index in tokens.indices {
      let code = codes[Int(tokens[index])]
      guard code >= 0 else { return nil }
      tokens[index] = code
    }
    return tokens
  }
}
