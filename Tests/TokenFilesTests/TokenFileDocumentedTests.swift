import Foundation
import TestSupport
import Testing
import TokenFiles

/// `Formats/token-file.md` says what is true.
@Suite struct TokenFileDocumentedTests {
  private let text: String

  init() throws {
    text = try String(
      contentsOf: Fixtures.repository.appendingPathComponent("Formats/token-file.md"),
      encoding: .utf8)
  }

  /// The hex dump is the example file, byte for byte.
  @Test func theHexDumpIsTheExampleFile() throws {
    var bytes: [UInt8] = []
    for line in text.split(separator: "\n") {
      guard line.count >= 12, let offset = Int(line.prefix(8), radix: 16),
        line.dropFirst(8).hasPrefix("  ")
      else { continue }
      #expect(offset == bytes.count, "\(line)")
      let columns = line.dropFirst(10).prefix(47).split(separator: " ")
      bytes += columns.prefix { $0.count == 2 }.compactMap { UInt8($0, radix: 16) }
    }
    #expect(bytes == (try Fixtures.bytes("token-file/accept/example.tessera")))
  }

  @Test func everyRefusalIsListedWithItsReason() throws {
    let lines = text.split(separator: "\n")
    for (name, golden) in try GoldenRefusal.all() {
      let line = lines.first { $0.hasPrefix("| `\(golden.reason)` |") }
      let fixtures = line?.split(separator: "|").last?.split { ", ".contains($0) } ?? []
      #expect(fixtures.contains { $0 == name }, "\(golden.reason): \(name)")
    }
  }

  @Test(arguments: [
    ("header JSON", TokenFileLimits.headerBytes), ("columns", TokenFileLimits.columns),
    ("rows of a chunk", TokenFileLimits.rowsPerChunk),
    ("rejects of a REJECT block", TokenFileLimits.rejectsPerBlock),
    ("tokens of a grid or of a `tokens` value", TokenFileLimits.tokensPerValue),
    ("tokens of a compact column in a chunk", TokenFileLimits.tokensPerCompactChunk),
    ("side of a grid", TokenFileLimits.gridSide), ("vocabulary", TokenFileLimits.vocabularySize),
    ("integers of a value", TokenFileLimits.integersPerValue),
    ("strings of a `texts` column in a chunk", TokenFileLimits.textsPerChunk),
    ("text and integers of one row", TokenFileLimits.rowTextBytes),
    ("key", TokenFileLimits.keyBytes),
    ("stage and code of a reject, each", TokenFileLimits.rejectWordBytes),
    ("message of a reject", TokenFileLimits.rejectMessageBytes),
    ("one column of a chunk, and all before compression", TokenFileLimits.columnBytes),
    ("all compressed columns of a block, inflated", TokenFileLimits.inflatedBytes),
    ("payload of a block", TokenFileLimits.payloadBytes),
  ])
  func limitsAreTheDocumentedOnes(name: String, limit: Int) {
    let digits = String(limit).reversed()
    let grouped = digits.enumerated().map { ($0 > 0 && $0 % 3 == 0 ? "," : "") + String($1) }
    let number = String(grouped.joined().reversed())
    #expect(text.contains("| \(name) | \(number)"), "\(name) | \(number)")
  }
}
