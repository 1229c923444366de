import BytePairEncoding
import Foundation
import TestSupport
import Testing

/// Lines from file to file against lines encoded one by one.
struct LineEncoderEquivalenceTests {
  private static let tokenizer = Result {
    try BPETokenizer.train(
      on: ["a red cat sat on a red mat", "the cat and the hat", "\u{43A}\u{43E}\u{442}"],
      options: TrainingOptions(vocabularySize: 60))
  }

  static let options: [EncodingOptions] = [
    EncodingOptions(), EncodingOptions(beginning: true), EncodingOptions(end: true),
    EncodingOptions(beginning: true, end: true),
    EncodingOptions(beginning: true, end: true, reversed: true),
    EncodingOptions(beginning: true, dropout: .seeded(probability: 0.3, seed: 5)),
  ]

  /// Texts of more than one part, with and without line feed at the end, with very short and very
  /// long lines.
  private static func texts() -> [[UInt8]] {
    var random = SeededGenerator(seed: 11)
    let words = ["a", "red", "cat", "mat", "xyz", "\u{43A}\u{43E}\u{442}", "thehat", "\u{2581}"]
    func text(_ size: Int, _ wordsPerLine: Int) -> [UInt8] {
      var text: [UInt8] = []
      while text.count < size {
        for _ in 0..<Int.random(in: 0...wordsPerLine, using: &random) {
          text += words.randomElement(using: &random)!.utf8
          text.append([0x20, 0x20, 0x20, 0x09, 0xFF].randomElement(using: &random)!)
        }
        text.append(0x0A)
      }
      return text
    }
    let small = text(3000, 12)
    return [
      [], [0x0A], Array("cat".utf8), small, small.dropLast(), small + [0x0A, 0x0A],
      [UInt8](repeating: 0x0A, count: 3000), text(700_000, 20), text(700_000, 200_000),
    ].map { Array($0) }
  }

  @Test("File to file", arguments: options)
  func fileToFile(options: EncodingOptions) throws {
    let tokenizer = try Self.tokenizer.get()
    for (index, text) in Self.texts().enumerated() {
      let lines = Self.lines(text)
      var sentenceEncoder = try tokenizer.makeEncoder(options: options)
      var ids = ""
      for (number, line) in lines.enumerated() {
        var lineIDs: [Int32] = []
        sentenceEncoder.encode(line.span, number: number, into: &lineIDs)
        ids += lineIDs.map { "\($0) " }.joined() + "\n"
      }
      for threads in 1...3 {
        let encoder = try LineEncoder(tokenizer, options: options, threads: threads)
        #expect(try Self.run(encoder, text) == ids, "text \(index), \(threads) threads")
      }
      guard options.dropout == .none else { continue }
      let subwords = try lines.map {
        try tokenizer.encodeAsSubwords($0.span, options: options).map { $0 + " " }.joined() + "\n"
      }.joined()
      let encoder = try LineEncoder(tokenizer, options: options, output: .subword, threads: 2)
      #expect(try Self.run(encoder, text) == subwords, "text \(index), subwords")
    }
  }

  private static func lines(_ text: [UInt8]) -> [[UInt8]] {
    var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
    if lines.last == [] { lines.removeLast() }
    return lines
  }

  private static func run(_ encoder: LineEncoder, _ text: [UInt8]) throws -> String {
    let name = UUID().uuidString
    let folder = FileManager.default.temporaryDirectory
    let (source, target) = (folder.appending(path: name + ".txt"), folder.appending(path: name))
    defer {
      try? FileManager.default.removeItem(at: source)
      try? FileManager.default.removeItem(at: target)
    }
    try Data(text).write(to: source)
    try Data().write(to: target)
    let (input, output) = (
      try FileHandle(forReadingFrom: source), try FileHandle(forWritingTo: target)
    )
    let summary = try encoder.encode(
      InputStream(descriptor: input.fileDescriptor, name: "source"),
      to: OutputStream(descriptor: output.fileDescriptor, name: "target"))
    #expect(summary.byteCount == text.count)
    return String(decoding: try Data(contentsOf: target), as: UTF8.self)
  }
}
