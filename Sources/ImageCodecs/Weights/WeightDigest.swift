import ByteCoding
import Checkpoints

/// The digests that make a codec's identity, over canonical weights: the same numbers give the same
/// digest in any container and precision that holds them.
///
/// The byte sequence is specified in `Formats/codec-identity.md`.
enum WeightDigest {
  /// Stands before the first tensor.
  static let preamble = "tessera weights 1\n"

  /// SHA-256 over all tensors in ascending order of their names' UTF-8 bytes.
  ///
  /// - Parameter tensors: By canonical name.
  /// - Throws: `notFinite` for NaN or infinity, `checkpoint` when a file cannot be read.
  static func weights(_ tensors: [String: CheckpointTensor]) throws(CodecError) -> String {
    var hash = SHA256()
    let start = Array(preamble.utf8)
    hash.update(start.span.bytes)
    let names = tensors.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in names {
      guard let tensor = tensors[name] else { continue }
      var head: [UInt8] = []
      append(name.utf8.count, to: &head)
      head.append(contentsOf: name.utf8)
      append(tensor.shape.count, to: &head)
      for extent in tensor.shape { append(extent, to: &head) }
      hash.update(head.span.bytes)
      let values = try passingErrors(of: nil) { try tensor.floats() }
      try checkFinite(values, of: name)
      update(&hash, values)
    }
    return hash.finishHexadecimal()
  }

  /// SHA-256 over a codebook's numbers, row by row.
  static func codebook(_ rows: [Float]) -> String {
    var hash = SHA256()
    update(&hash, rows)
    return hash.finishHexadecimal()
  }

  private static func update(_ hash: inout SHA256, _ values: [Float]) {
    if UInt32(1).littleEndian == 1 {
      hash.update(values.span.bytes)
    } else {
      let swapped = values.map { $0.bitPattern.littleEndian }
      hash.update(swapped.span.bytes)
    }
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private static func checkFinite(_ values: [Float], of name: String) throws(CodecError) {
    var bad = false
    for value in values { bad = bad || value.bitPattern & 0x7F80_0000 == 0x7F80_0000 }
    guard bad, let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw CodecError(.notFinite(tensor: name, index: index))
  }
}
