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

  /// A header with a column of every kind, as in the README of `TokenFiles`.
  static let manyColumns: TokenFileHeader = {
    var header = TokenFileHeader(
      codec: codec(), recipe: .init(name: "keep-size", size: 0), policy: "balanced",
      columns: [
        TokenFileColumn(id: 1, name: "image", kind: .raggedGrid(vocabularySize: 8192)),
        TokenFileColumn(id: 2, name: "key", kind: .text, encoding: .deflate),
        TokenFileColumn(id: 3, name: "captions", kind: .texts, encoding: .deflate),
        TokenFileColumn(id: 4, name: "source_size", kind: .integers(count: 2), encoding: .deflate),
        TokenFileColumn(
          id: 5, name: "coarse", kind: .grid(height: 2, width: 3, vocabularySize: 512)),
        TokenFileColumn(id: 6, name: "caption_ids", kind: .tokens(vocabularySize: 20_000)),
        TokenFileColumn(id: 7, name: "crop", kind: .integers(count: 4), encoding: .deflate),
        TokenFileColumn(id: 8, name: "language", kind: .text, encoding: .raw),
      ], rowsPerChunk: 8)
    header.textTokenizer = .init(
      name: "yttm", digest: digest, vocabularySize: 20_000, maximumLength: 64)
    return header
  }()

  /// Rows for ``manyColumns``.
  static func rowsOfManyColumns(_ count: Int) -> [TokenFileRow] {
    var random = SeededGenerator(seed: 7)
    return (0..<count).map { number in
      TokenFileRow(
        key: "a/\(number).jpg", grid: grid(1 + number % 5, 2 + number % 3, 8192, &random),
        captions: (0..<number % 3).map { "caption \($0)" }, sourceHeight: 300 + number,
        sourceWidth: 400,
        values: [
          "coarse": .grid(grid(2, 3, 512, &random)),
          "caption_ids": .tokens(
            (0..<number * 3 % 17).map { _ in TokenID.random(in: 0..<20_000, using: &random) }),
          "crop": .integers([-1, Int64(number), 0, .max]),
          "language": .text(number % 2 == 0 ? "de" : "日本語"),
        ])
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
