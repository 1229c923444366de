/// A cursor that reads little-endian numbers from borrowed bytes and never runs past their end.
///
/// Inverse of ``ByteWriter``. Every failed read throws ``ByteCodingError`` with the offset of the
/// field, counted from the start of the file when `origin` says where these bytes begin in it.
public struct ByteReader: ~Escapable {
  private let bytes: RawSpan
  /// Where the first of these bytes lies in the file.
  public let origin: Int
  /// Bytes read so far.
  public private(set) var position = 0

  /// Starts reading at the first byte.
  ///
  /// - Parameters:
  ///   - bytes: What to read.
  ///   - origin: Offset of `bytes` in its file, for error messages.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan, origin: Int = 0) {
    self.bytes = bytes
    self.origin = origin
  }

  /// Offset of the next byte in the file.
  public var offset: Int { origin + position }

  /// Bytes not yet read.
  public var remaining: Int { bytes.byteCount - position }

  /// Reads one byte.
  @_lifetime(self: copy self)
  public mutating func readUInt8() throws(ByteCodingError) -> UInt8 {
    UInt8(truncatingIfNeeded: try readLittleEndian(1))
  }

  /// Reads a 16-bit number.
  @_lifetime(self: copy self)
  public mutating func readUInt16() throws(ByteCodingError) -> UInt16 {
    UInt16(truncatingIfNeeded: try readLittleEndian(2))
  }

  /// Reads a 32-bit number.
  @_lifetime(self: copy self)
  public mutating func readUInt32() throws(ByteCodingError) -> UInt32 {
    UInt32(truncatingIfNeeded: try readLittleEndian(4))
  }

  /// Reads a 64-bit number.
  @_lifetime(self: copy self)
  public mutating func readUInt64() throws(ByteCodingError) -> UInt64 {
    try readLittleEndian(8)
  }

  /// Reads a 64-bit size or offset.
  ///
  /// - Throws: ``ByteCodingError/Reason/tooLarge(_:)`` above `Int.max`.
  @_lifetime(self: copy self)
  public mutating func readSize() throws(ByteCodingError) -> Int {
    let start = offset
    let value = try readUInt64()
    guard let size = Int(exactly: value) else {
      throw ByteCodingError(.tooLarge(value), offset: start)
    }
    return size
  }

  /// Reads `count` bytes without copying them.
  @_lifetime(self: copy self)
  @_lifetime(copy self)
  public mutating func readBytes(_ count: Int) throws(ByteCodingError) -> RawSpan {
    try require(count)
    defer { position += count }
    return bytes.extracting(position..<position + count)
  }

  /// Passes over `count` bytes.
  @_lifetime(self: copy self)
  public mutating func skip(_ count: Int) throws(ByteCodingError) {
    try require(count)
    position += count
  }

  private func require(_ count: Int) throws(ByteCodingError) {
    guard count >= 0, count <= remaining else {
      throw ByteCodingError(.truncated(needed: count, available: remaining), offset: offset)
    }
  }

  @_lifetime(self: copy self)
  private mutating func readLittleEndian(_ count: Int) throws(ByteCodingError) -> UInt64 {
    try require(count)
    var value: UInt64 = 0
    for index in 0..<count {
      // SAFETY: `require` proved that position + count lies within the span; the type is one byte.
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: position + index, as: UInt8.self)
      value |= UInt64(byte) << UInt64(8 * index)
    }
    position += count
    return value
  }
}
