import Foundation
import TestSupport
import TokenFiles
import Tokens

/// A sound token file of one kind with what is in it.
struct SampleFile {
  let name: String
  let bytes: [UInt8]
  let rows: [TokenFileRow]
  let rejects: [TokenFileReject]
  /// Sizes that the file had before something was appended.
  var earlierEnds: Set<Int> = []

  private static let digest = String(repeating: "0123456789abcdef", count: 4)
  private static let codebookSize = 1_024

  /// One file of every kind, made from a seed.
  static func all(seed: UInt64, in folder: URL) throws -> [SampleFile] {
    var random = SeededGenerator(seed: seed)
    var files: [SampleFile] = []
    for encoding in [TokenFileColumn.Encoding.raw, .deflate, .zstd] {
      files.append(
        try make("packed, text \(encoding.name)", header(encoding), 90, in: folder, &random))
    }
    let packed = header(.deflate)
    files.append(
      try make(
        "compact", packed.compacted(along: CodebookTree(identityOver: codebookSize)), 60,
        in: folder, &random))
    files.append(try make("ragged", raggedHeader, 60, in: folder, &random))
    files.append(
      try make(
        "compact ragged",
        raggedHeader.compacted(along: CodebookTree(identityOver: codebookSize)), 60, in: folder,
        &random))
    for encoding in [TokenFileColumn.Encoding.deflate, .zstd] {
      files.append(
        try make(
          "appended, text \(encoding.name)", header(encoding), 90, appends: 2, in: folder, &random))
    }
    return files
  }

  private static func header(_ text: TokenFileColumn.Encoding) -> TokenFileHeader {
    TokenFileHeader(
      codec: CodecIdentity(
        name: "sample", weightsDigest: digest, codebookSize: codebookSize,
        codebookDigest: digest, patchSize: 8),
      recipe: .init(name: "none", size: 64), policy: "balanced", gridHeight: 8, gridWidth: 8,
      textEncoding: text, rowsPerChunk: 16)
  }

  private static var raggedHeader: TokenFileHeader {
    var header = header(.zstd)
    header.columns[0] = TokenFileColumn(
      id: 1, name: "image", kind: .raggedGrid(vocabularySize: codebookSize))
    header.columns.append(
      TokenFileColumn(id: 5, name: "caption_ids", kind: .tokens(vocabularySize: 300)))
    return header
  }

  private static func make(
    _ name: String, _ header: TokenFileHeader, _ count: Int, appends: Int = 0, in folder: URL,
    _ random: inout SeededGenerator
  ) throws -> SampleFile {
    let path = folder.appendingPathComponent("sound.tessera").path
    var rows: [TokenFileRow] = []
    var rejects: [TokenFileReject] = []
    var earlierEnds: Set<Int> = []
    for part in 0...appends {
      var writer =
        part == 0
        ? try TokenFileWriter(to: path, header: header) : try TokenFileWriter(appendingTo: path)
      for _ in 0..<count / (appends + 1) {
        let input = rows.count + rejects.count
        if Int.random(in: 0..<9, using: &random) == 0 {
          var reject = TokenFileReject(
            key: "broken-\(input).jpg", stage: "decode", code: "truncated", message: "cut")
          reject.input = input
          try writer.reject(reject)
          rejects.append(reject)
        } else {
          let row = row(input, header, &random)
          try writer.append(row)
          rows.append(row)
        }
      }
      try writer.finish(inputs: rows.count + rejects.count)
      if part < appends { earlierEnds.insert(try TokenFile(contentsOf: path).byteCount) }
    }
    defer { try? FileManager.default.removeItem(atPath: path) }
    return SampleFile(
      name: name, bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), rows: rows,
      rejects: rejects, earlierEnds: earlierEnds)
  }

  private static func row(
    _ input: Int, _ header: TokenFileHeader, _ random: inout SeededGenerator
  ) -> TokenFileRow {
    var (height, width) = (8, 8)
    var values: [String: TokenFileValue] = [:]
    if case .raggedGrid = header.columns[0].kind {
      (height, width) = (
        Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random)
      )
      values["caption_ids"] = .tokens(
        (0..<Int.random(in: 0...20, using: &random)).map { _ in
          TokenID.random(in: 0..<300, using: &random)
        })
    }
    // Neighbours are alike, so that the compact coder has something to learn.
    let start = TokenID.random(in: 0..<900, using: &random)
    let tokens = (0..<height * width).map { _ in
      start + TokenID.random(in: 0..<60, using: &random)
    }
    return TokenFileRow(
      key: "folder/\(input).jpg", grid: TokenGrid(height: height, width: width, tokens: tokens),
      captions: (0..<Int.random(in: 0...3, using: &random)).map {
        "caption \($0) of picture \(input): straße, 猫"
      }, sourceHeight: 480, sourceWidth: 640, values: values)
  }
}
