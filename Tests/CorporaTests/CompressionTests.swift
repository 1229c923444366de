import Corpora
import CZlib
import CZstd
import Testing

/// Compressed corpora, made by the compressing side of the libraries.
struct CompressionTests {
  static let text = Array(String(repeating: "the quick brown fox 0123456789\n", count: 9000).utf8)

  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1024)
    let count = input.withUnsafeMutableBufferPointer { from in
      output.withUnsafeMutableBufferPointer { to in
        stream.next_in = from.baseAddress
        stream.avail_in = UInt32(from.count)
        stream.next_out = to.baseAddress
        stream.avail_out = UInt32(to.count)
        deflate(&stream, Z_FINISH)
        return to.count - Int(stream.avail_out)
      }
    }
    return Array(output[..<count])
  }

  static func zstandard(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    return Array(output[..<count])
  }

  @Test(arguments: [gzip, zstandard])
  func looksThrough(_ compress: @Sendable ([UInt8]) -> [UInt8]) throws {
    let text = String(decoding: Self.text, as: UTF8.self)
    let packed = compress(Self.text)
    #expect(try CorpusReaderTests.read(packed) == text)
    // Several members or frames one after another.
    #expect(try CorpusReaderTests.read(packed + packed) == text + text)
    #expect(try CorpusReaderTests.read(compress([])) == "")
    let rows = compress(Array("one\t1\ntwo\t2\n".utf8))
    #expect(try CorpusReaderTests.read(rows, .tsv) == "one\ntwo\n")
  }

  @Test(arguments: [gzip, zstandard])
  func truncationIsRefused(_ compress: @Sendable ([UInt8]) -> [UInt8]) throws {
    let packed = compress(Array(Self.text.prefix(2000)))
    // The first four bytes are what tells the compression.
    for length in 5..<packed.count {
      #expect(throws: CorpusError.self, "\(length) of \(packed.count) bytes") {
        _ = try CorpusReaderTests.read(Array(packed[..<length]))
      }
    }
  }

  /// Zstandard files carry a checksum only if their maker asked for one; gzip files always do.
  @Test func damageIsRefused() throws {
    var damaged = Self.gzip(Array(Self.text.prefix(2000)))
    damaged[damaged.count - 6] ^= 0x55
    #expect(throws: CorpusError.self) { _ = try CorpusReaderTests.read(damaged) }
  }
}
