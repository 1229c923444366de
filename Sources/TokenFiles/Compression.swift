import ByteCoding
import CZlib
import CZstd

/// Deflate (zlib streams) and Zstandard with output bounds that are known before.
enum Compression {
  /// Compresses `bytes`, nil where the encoding is not a compressor of bytes.
  static func compress(_ bytes: [UInt8], as encoding: TokenFileColumn.Encoding) -> [UInt8]? {
    switch encoding {
    case .raw, .packed, .compact: return nil
    case .deflate:
      let bound = Int(compressBound(UInt(bytes.count)))
      return unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        var size = UInt(bound)
        // SAFETY: both buffers live through the call and their sizes are passed with them.
        let status = unsafe compress2(output.baseAddress, &size, bytes, UInt(bytes.count), 6)
        precondition(status == Z_OK, "zlib failed to compress: \(status)")
        count = Int(size)
      }
    case .zstd:
      let bound = ZSTD_compressBound(bytes.count)
      return unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        // SAFETY: as above.
        let size = unsafe ZSTD_compress(output.baseAddress, bound, bytes, bytes.count, 3)
        precondition(ZSTD_isError(size) == 0, "zstd failed to compress")
        count = size
      }
    }
  }

  /// Decompresses to exactly `count` bytes; inverse of ``compress(_:as:)``.
  ///
  /// - Returns: nil when the stream is damaged, ends early, is longer than `count` or is followed by
  ///   other bytes.
  static func decompress(
    _ bytes: RawSpan, as encoding: TokenFileColumn.Encoding, count: Int
  ) -> [UInt8]? {
    // A stream of n bytes grows at most 1,032-fold (deflate); zstd frames of our sizes far less
    // often, so memory for a lie is bounded by `count`, which the caller has bounded.
    var succeeded = false
    let result = unsafe [UInt8](unsafeUninitializedCapacity: count) { output, filled in
      unsafe bytes.withUnsafeBytes { input in
        switch encoding {
        case .deflate:
          var size = UInt(count)
          var used = UInt(input.count)
          // SAFETY: both buffers live through the call and their sizes are passed with them.
          let status = unsafe uncompress2(
            output.baseAddress, &size, input.baseAddress?.assumingMemoryBound(to: UInt8.self), &used
          )
          succeeded = status == Z_OK && size == count && used == input.count
        case .zstd:
          // SAFETY: as above. The size of the frame is compared first, because ZSTD_decompress
          // would also accept several frames in a row.
          let frame = unsafe ZSTD_findFrameCompressedSize(input.baseAddress, input.count)
          guard frame == input.count else { return }
          let size = unsafe ZSTD_decompress(
            output.baseAddress, count, input.baseAddress, input.count)
          succeeded = size == count
        case .raw, .packed, .compact: break
        }
      }
      filled = succeeded ? count : 0
    }
    return succeeded ? result : nil
  }
}
