import ByteCoding
import TestSupport
import TokenFiles
import Tokens

/// Made-up identities and rows for the tests of this room.
enum Samples {
  static let digest = String(repeating: "0123456789abcdef", count: 4)

  static func codec(_ codebookSize: Int = 8192) -> CodecIdentity {
    CodecIdentity(
      name: "sample", weightsDigest: digest, codebookSize: codebookSize, codebookDigest: digest,
      patchSize: 8)
  }

  static func header(
    height: Int = 4, width: Int = 4, codebookSize: Int = 8192, rowsPerChunk: Int = 4,
    textEncoding: TokenFileColumn.Encoding = .deflate
  ) -> TokenFileHeader {
    TokenFileHeader(
      codec: codec(codebookSize), recipe: .init(name: "lanczos-center-crop", size: 8 * height),
      policy: "balanced", gridHeight: height, gridWidth: width, textEncoding: textEncoding,
      rowsPerChunk: rowsPerChunk)
  }

  static func grid(
    _ height: Int, _ width: Int, _ codebookSize: Int, _ random: inout SeededGenerator
  ) -> TokenGrid {
    TokenGrid(
      height: height, width: width,
      tokens: (0..<height * width).map { _ in
        TokenID.random(in: 0..<TokenID(codebookSize), using: &random)
      })
  }

  /// Rows for ``header(height:width:codebookSize:rowsPerChunk:textEncoding:)``.
  static func rows(
    _ count: Int, height: Int = 4, width: Int = 4, codebookSize: Int = 8192, seed: UInt64 = 1
  ) -> [TokenFileRow] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { number in
      TokenFileRow(
        key: "folder/picture-\(number).jpg", grid: grid(height, width, codebookSize, &random),
        captions: (0..<number % 3).map { "caption \($0) of picture \(number): straße, 猫" },
        sourceHeight: 480 + number, sourceWidth: 640)
    }
  }

  static func reject(_ number: Int) -> TokenFileReject {
    TokenFileReject(
      key: "folder/broken-\(number).jpg", stage: "decode", code: "truncated",
      message: "cut after \(number) bytes")
  }

  /// The header of a CHUNK block whose own checksum is right, whatever its payload may be.
  static func blockHeader(payloadSize: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(contentsOf: Array("TSRB".utf8))
    writer.append(UInt32(2))
    writer.append(UInt64(payloadSize))
    writer.append(UInt64(1))
    writer.append(UInt32(0))
    writer.append(CRC32.of(writer.bytes.span.bytes))
    return writer.bytes
  }
}
