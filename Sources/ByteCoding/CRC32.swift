import CByteCoding
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

  /// Adds bytes: folded 64 at a time where the processor can, the rest by zlib.
  public mutating func update(_ bytes: RawSpan) {
    let blocks = bytes.byteCount / 64
    guard blocks > 0, Self.canFold else {
      updateSlowly(bytes)
      return
    }
    var folded = [UInt8](repeating: 0, count: 16)
    let state = ~value
    unsafe bytes.withUnsafeBytes { raw in
      // SAFETY: blocks * 64 <= byteCount; `folded` has the 16 bytes that are written.
      unsafe tessera_crc32_fold(
        state, raw.baseAddress!.assumingMemoryBound(to: UInt8.self), blocks, &folded)
    }
    // The complement of an empty register, as zlib takes it.
    value = ~0
    updateSlowly(folded.rawSpan)
    updateSlowly(bytes.extracting(blocks * 64..<bytes.byteCount))
  }

  /// Adds bytes by zlib alone: the oracle of ``update(_:)``.
  package mutating func updateSlowly(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { raw in
      guard let start = raw.baseAddress else { return }
      // SAFETY: start and count describe the borrowed span, which lives through the call.
      value = UInt32(
        truncatingIfNeeded: unsafe crc32_z(
          UInt(value), start.assumingMemoryBound(to: UInt8.self), raw.count))
    }
  }

  private static let canFold = tessera_crc32_can_fold()
}
