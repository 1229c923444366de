import CZlib

/// The CRC-32 of zlib, PNG and gzip (polynomial 0xEDB88320, initial value and final complement of
/// all ones), fed piece by piece.
public struct CRC32: Sendable {
  /// The checksum of everything fed so far; 0 for nothing.
  public private(set) var value: UInt32 = 0

  /// Starts with no bytes.
  public init() {}

  /// The checksum of one run of bytes.
  public static func of(_ bytes: RawSpan) -> UInt32 {
    var sum = CRC32()
    sum.update(bytes)
    return sum.value
  }

  /// Adds bytes.
  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { raw in
      guard let start = raw.baseAddress else { return }
      // SAFETY: start and count describe the borrowed span, which lives through the call.
      value = UInt32(
        truncatingIfNeeded: unsafe crc32_z(
          UInt(value), start.assumingMemoryBound(to: UInt8.self), raw.count))
    }
  }
}
