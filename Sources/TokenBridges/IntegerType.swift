/// How an integer lies in a file of another program: always little-endian.
public enum IntegerType: String, Hashable, Sendable, CaseIterable {
  case uint8 = "|u1"
  case int8 = "|i1"
  case uint16 = "<u2"
  case int16 = "<i2"
  case uint32 = "<u4"
  case int32 = "<i4"
  case uint64 = "<u8"
  case int64 = "<i8"

  /// Bytes of one integer.
  public var size: Int {
    switch self {
    case .uint8, .int8: 1
    case .uint16, .int16: 2
    case .uint32, .int32: 4
    case .uint64, .int64: 8
    }
  }

  var isSigned: Bool {
    switch self {
    case .int8, .int16, .int32, .int64: true
    case .uint8, .uint16, .uint32, .uint64: false
    }
  }

  /// The smallest unsigned type that holds every token of a vocabulary.
  public static func smallest(forVocabularySize size: Int) -> IntegerType {
    size <= 1 << 8 ? .uint8 : size <= 1 << 16 ? .uint16 : .uint32
  }

  /// Appends integers, of which the low bytes count.
  func append(_ values: some Sequence<some FixedWidthInteger>, to bytes: inout [UInt8]) {
    switch self {
    case .uint8, .int8: for value in values { bytes.append(UInt8(truncatingIfNeeded: value)) }
    case .uint16, .int16:
      for value in values {
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
      }
    default:
      for value in values {
        let wide = UInt64(truncatingIfNeeded: value)
        for place in 0..<UInt64(size) {
          bytes.append(UInt8(truncatingIfNeeded: wide >> (8 * place)))
        }
      }
    }
  }

  /// The integer at `offset`; what no `Int64` holds becomes its largest value.
  func load(_ bytes: RawSpan, at offset: Int) -> Int64 {
    var wide: UInt64 = 0
    for place in 0..<size {
      // SAFETY: RawSpan checks the bounds of this load; any byte is a valid UInt8.
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset + place, as: UInt8.self)
      wide |= UInt64(byte) << UInt64(8 * place)
    }
    guard isSigned else { return wide > UInt64(Int64.max) ? .max : Int64(wide) }
    let spare = UInt64(64 - 8 * size)
    return Int64(bitPattern: wide << spare) >> Int64(spare)
  }
}
