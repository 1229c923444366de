import Foundation
import TokenFiles
import Tokens

/// Bits per token and speed of compact columns on real tokens.
///
///     swift run -c release Benchmarks compact TOKENS.u16 CODEBOOK.f32 DIMENSION [ROWS-PER-CHUNK]
///
/// TOKENS holds 32 × 32 grids of little-endian 16-bit codes, CODEBOOK the `[K, D]` codewords.
enum CompactBench {
  static func run(_ arguments: [String]) throws {
    guard arguments.count >= 3, let dimension = Int(arguments[2]) else {
      print("usage: Benchmarks compact TOKENS.u16 CODEBOOK.f32 DIMENSION [ROWS-PER-CHUNK]")
      return
    }
    let tokens = try Data(contentsOf: URL(fileURLWithPath: arguments[0])).withUnsafeBytes {
      Array($0.bindMemory(to: UInt16.self)).map { TokenID(UInt16(littleEndian: $0)) }
    }
    let codewords = try Data(contentsOf: URL(fileURLWithPath: arguments[1])).withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
    let size = codewords.count / dimension
    let digest = String(repeating: "0", count: 64)
    let packed = TokenFileHeader(
      codec: CodecIdentity(
        name: "bench", weightsDigest: digest, codebookSize: size, codebookDigest: digest,
        patchSize: 8), recipe: .init(name: "none", size: 256), policy: "balanced", gridHeight: 32,
      gridWidth: 32, rowsPerChunk: arguments.count > 3 ? Int(arguments[3]) ?? 512 : 512)
    let folder = FileManager.default.temporaryDirectory
    let name = "compact-\(ProcessInfo.processInfo.processIdentifier).tessera"
    let path = folder.appendingPathComponent(name).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var tree = CodebookTree(identityOver: size)
    let building = timed { tree = CodebookTree(codewords: codewords, dimension: dimension) }
    print("tree in \(building) s")
    for header in [packed, packed.compacted(along: tree)] {
      let writing = try timed {
        var writer = try TokenFileWriter(to: path, header: header)
        for row in 0..<tokens.count / 1024 {
          let grid = TokenGrid(
            height: 32, width: 32, tokens: Array(tokens[row * 1024..<(row + 1) * 1024]))
          try writer.append(TokenFileRow(key: "", grid: grid))
        }
        try writer.finish()
      }
      let file = try TokenFile(contentsOf: path)
      var read: [TokenID] = []
      read.reserveCapacity(tokens.count)
      let reading = try timed {
        for chunk in 0..<file.chunkCount { read += try file.tokens(inChunk: chunk) }
      }
      precondition(read == Array(tokens[..<read.count]))
      let count = Double(read.count)
      let name = header.columns[0].encoding.name
      print(
        "\(name): \(Double(file.byteCount) * 8 / count) bits a token, header included; write "
          + "\(count / writing / 1e6), read \(count / reading / 1e6) M tokens/s")
    }
  }

  private static func timed(_ body: () throws -> Void) rethrows -> Double {
    let start = clock()
    try body()
    return Double(clock() - start) / Double(CLOCKS_PER_SEC)
  }
}
