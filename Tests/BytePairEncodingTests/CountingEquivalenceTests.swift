import BytePairEncoding
import Corpora
import Foundation
import TestSupport
import Testing

/// One corpus on disk gives one model: whatever the threads that count it, the order of its lines
/// and how they are spread over files.
struct CountingEquivalenceTests {
  @Test("Threads, lines and files", arguments: [UInt64](1...6))
  func threadsLinesAndFiles(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    // Larger than a block of the reader, so that threads share a file.
    var lines = Self.lines(&random, byteCount: 3_000_000)
    var options = TrainingOptions(vocabularySize: 400)
    options.coverage = 0.999
    let expected = try Self.model([Self.write(lines, folder, "whole")], options, threads: 1)
    for threads in 1...8 {
      lines.shuffle(using: &random)
      var inputs: [String] = []
      var rest = lines[...]
      for number in 0..<Int.random(in: 1...5, using: &random) {
        let part = rest.prefix(Int.random(in: 0...rest.count, using: &random))
        rest = rest.dropFirst(part.count)
        inputs.append(try Self.write(Array(part), folder, "\(number)"))
      }
      inputs.append(try Self.write(Array(rest), folder, "last"))
      inputs.shuffle(using: &random)
      #expect(
        try Self.model(inputs, options, threads: threads) == expected,
        "seed \(seed), \(threads) threads")
    }
  }

  /// Few words, of which many are equally frequent.
  private static func lines(_ random: inout SeededGenerator, byteCount: Int) -> [[UInt8]] {
    let words = (0..<3000).map { _ in
      (0..<Int.random(in: 1...9, using: &random)).map { _ in
        UInt8.random(in: 0x61...0x6A, using: &random)
      }
    }
    var lines: [[UInt8]] = []
    var size = 0
    while size < byteCount {
      var line: [UInt8] = []
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        line += words[Int.random(in: 0..<words.count, using: &random)] + [0x20]
      }
      size += line.count + 1
      lines.append(line)
    }
    return lines
  }

  private static func write(
    _ lines: [[UInt8]], _ folder: URL, _ name: String
  ) throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(lines.flatMap { $0 + [0x0A] }).write(to: url)
    return url.path
  }

  private static func model(
    _ paths: [String], _ options: TrainingOptions, threads: Int
  ) throws -> [UInt8] {
    var options = options
    options.threads = threads
    let counts = try WordCounts(counting: Corpus(paths.map { .file($0) }), threads: threads)
    return try BPETokenizer.train(on: counts, options: options).model.fileBytes
  }
}
