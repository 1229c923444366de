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

  /// Appends a 16-bit number, least significant byte first.
  public mutating func append(_ value: UInt16) { append(UInt64(value), count: 2) }

  /// Appends a 32-bit number, least significant byte first.
  public mutating func append(_ value: UInt32) { append(UInt64(value), count: 4) }

  /// Appends a 64-bit number, least significant byte first.
  public mutating func append(_ value: UInt64) { append(value, count: 8) }

  private mutating func append(_ value: UInt64, count: Int) {
    for index in 0..<count {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
    }
  }

  /// Appends bytes as they are.
  public mutating func append(contentsOf more: [UInt8]) { bytes.append(contentsOf: more) }

  /// Appends zeros until the count is a multiple of `alignment`.
  public mutating func pad(toMultipleOf alignment: Int) {
    while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
  }
}
