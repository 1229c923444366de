/// Writes a safetensors file, tensor by tensor: `Formats/safetensors.md`. Inverse of
/// ``SafetensorsReader``.
///
/// The header is known before any number is, so a checkpoint of any size is converted with one
/// tensor in memory.
public struct SafetensorsWriter: Sendable {
  /// How numbers are stored.
  public enum Precision: String, CaseIterable, Hashable, Sendable {
    case float32
    case float16

    var elementType: ElementType { self == .float32 ? .float32 : .float16 }
  }

  /// The tensors' names and shapes in the order in which ``encode(_:named:)`` takes them: ascending
  /// by the names' UTF-8 bytes.
  public let order: [(name: String, shape: [Int])]
  private let precision: Precision
  private let wholeNumbers: Set<String>
  private let metadata: [String: String]

  /// Plans a file.
  ///
  /// - Parameters:
  ///   - tensors: Names (each once) and shapes.
  ///   - metadata: Text to store beside the tensors.
  ///   - precision: fp32, or fp16 (rounded to nearest even).
  ///   - wholeNumbers: Names of tensors that are stored as 64-bit whole numbers.
  public init(
    tensors: [(name: String, shape: [Int])], metadata: [String: String] = [:],
    precision: Precision = .float32, wholeNumbers: Set<String> = []
  ) {
    order = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.metadata = metadata
    self.precision = precision
    self.wholeNumbers = wholeNumbers
  }

  /// The length field and the header, padded with spaces so that the numbers start at a multiple of
  /// eight bytes.
  public func header() -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quote($0.key)):\(quote($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for (name, shape) in order {
      let type = elementType(of: name)
      let end = offset + shape.reduce(1, *) * type.byteCount
      members.append(
        "\(quote(name)):{\"dtype\":\"\(type.rawValue)\","
          + "\"shape\":[\(shape.map(String.init).joined(separator: ","))],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var json = Array("{\(members.joined(separator: ","))}".utf8)
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    let length = UInt64(json.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + json
  }

  /// The stored bytes of one tensor.
  ///
  /// - Parameter values: Row-major; as many as the shape says.
  /// - Throws: ``CheckpointError`` when fp16 cannot hold a value's size.
  public func encode(_ values: [Float], named name: String) throws(CheckpointError) -> [UInt8] {
    var bytes: [UInt8] = []
    let type = elementType(of: name)
    bytes.reserveCapacity(values.count * type.byteCount)
    for value in values {
      switch type {
      case .int64:
        let number = Int64(value)
        for shift in stride(from: 0, to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
      case .float16:
        try append(half: value, of: name, to: &bytes)
      default:
        let bits = value.bitPattern
        for shift in [0, 8, 16, 24] as [UInt32] {
          bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
      }
    }
    return bytes
  }

  private func append(
    half value: Float, of name: String, to bytes: inout [UInt8]
  ) throws(CheckpointError) {
    let bits = HalfPrecision.narrow(value)
    guard bits & 0x7C00 != 0x7C00 || !value.isFinite else {
      throw CheckpointError(.unsupported("storing \(value) as fp16"), tensor: name)
    }
    bytes.append(UInt8(truncatingIfNeeded: bits))
    bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
  }

  private func elementType(of name: String) -> ElementType {
    wholeNumbers.contains(name) ? .int64 : precision.elementType
  }

  private func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\" + String(scalar)
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
