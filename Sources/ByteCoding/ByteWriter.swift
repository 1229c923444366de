/// Growing bytes to which little-endian numbers are appended; inverse of ``ByteReader``.
public struct ByteWriter: Sendable {
  /// Everything written so far.
  public private(set) var bytes: [UInt8] = []

  /// Starts empty.
  ///
  /// - Parameter capacity: Bytes to set aside at once.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Bytes written so far.
  public var count: Int { bytes.count }

  /// Appends one byte.
  public mutating func append(_ value: UInt8) { bytes.append(value) }

  /// Appends a number, least significant byte first.
  public mutating func append<Number: FixedWidthInteger & UnsignedInteger>(_ value: Number) {
    for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> Number(shift)))
    }
  }

  /// Appends bytes as they are.
  public mutating func append(contentsOf more: [UInt8]) { bytes.append(contentsOf: more) }

  /// Appends zeros until the count is a multiple of `alignment`.
  public mutating func pad(toMultipleOf alignment: Int) {
    while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
  }
}
