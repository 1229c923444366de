import ByteCoding
import Foundation
import TestSupport
import TokenFiles
import Tokens

/// Reading and writing of token files: rates per second of processor time on one core.
///
///     swift run -c release Benchmarks token-file [ROWS]
enum TokenFileBench {
  static func run(_ arguments: [String]) throws {
    let rows = arguments.first.flatMap { Int($0) } ?? 20_000
    let digest = String(repeating: "0", count: 64)
    let header = TokenFileHeader(
      codec: CodecIdentity(
        name: "bench", weightsDigest: digest, codebookSize: 8192, codebookDigest: digest,
        patchSize: 8), recipe: .init(name: "none", size: 256), policy: "balanced", gridHeight: 32,
      gridWidth: 32)
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("bench-\(ProcessInfo.processInfo.processIdentifier).tessera").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var random = SeededGenerator(seed: 1)
    let grids = (0..<64).map { _ in
      TokenGrid(
        height: 32, width: 32,
        tokens: (0..<1024).map { _ in TokenID(random.next() & 8191) })
    }
    let tokens = Double(rows * 1024)
    let written = try timed {
      var writer = try TokenFileWriter(to: path, header: header)
      for number in 0..<rows {
        try writer.append(
          TokenFileRow(
            key: "shard/\(number).jpg", grid: grids[number % 64],
            captions: ["a caption of some length, number \(number)"], sourceHeight: 480,
            sourceWidth: 640))
      }
      try writer.finish()
    }
    let opened = try timed { _ = try TokenFile(contentsOf: path) }
    let file = try TokenFile(contentsOf: path)
    let megabytes = Double(file.byteCount) / 1e6
    print("\(rows) rows, \(megabytes) MB, \(Double(file.byteCount) / Double(rows)) bytes a row")
    print("write        \(tokens / written / 1e6) M tokens/s, \(megabytes / written) MB/s")
    print("open         \(opened * 1e3) ms")
    for pass in ["bulk (cold)", "bulk (checked)"] {
      var sum: Int64 = 0
      let time = try timed {
        for chunk in 0..<file.chunkCount {
          let tokens = try file.tokens(inChunk: chunk)
          sum += Int64(tokens[0])
        }
      }
      print("\(pass)  \(tokens / time / 1e6) M tokens/s (sum \(sum))")
    }
    let random1 = try timed {
      for _ in 0..<20_000 { _ = try file.grid(at: Int(random.next() % UInt64(rows))) }
    }
    print("random grid  \(random1 / 20_000 * 1e6) microseconds")
    let verified = timed { precondition(file.verify().isSound) }
    print("verify       \(tokens / verified / 1e6) M tokens/s")
    let sequential = try timed {
      var rows = file.rows
      while try rows.next() != nil {}
    }
    print("rows         \(tokens / sequential / 1e6) M tokens/s")
  }

  /// Processor time (user and system), which other programs on the machine do not change.
  private static func timed(_ body: () throws -> Void) rethrows -> Double {
    let start = clock()
    try body()
    return Double(clock() - start) / Double(CLOCKS_PER_SEC)
  }
}
