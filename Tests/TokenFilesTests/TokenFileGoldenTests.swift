import Foundation
import TestSupport
import Testing
import TokenFiles

/// Files written by `Fixtures/token-file/make.py`, which shares no code with this project.
@Suite struct TokenFileGoldenTests {
  @Test func acceptedFilesHoldWhatTheyShould() throws {
    for (name, golden) in try GoldenFile.all() {
      let file = try TokenFile(
        contentsOf: Fixtures.url("token-file/accept/\(name).tessera").path)
      #expect(file.count == golden.rowCount, "\(name)")
      #expect(try file.rejects() == golden.rejects, "\(name)")
      for (position, row) in golden.rows {
        #expect(try file.row(at: position) == row, "\(name), row \(position)")
      }
      #expect(file.verify().problems == [], "\(name)")
    }
  }

  @Test func acceptedFilesReadTheSameFromAStream() throws {
    for (name, golden) in try GoldenFile.all() {
      var stream = try TokenFileStream(
        contentsOf: Fixtures.url("token-file/accept/\(name).tessera").path)
      var position = 0
      while let row = try stream.next() {
        if let expected = golden.rows[position] { #expect(row == expected, "\(name), \(position)") }
        position += 1
      }
      #expect(position == golden.rowCount, "\(name)")
      #expect(stream.rejects == golden.rejects, "\(name)")
    }
  }

  /// Rewriting what was read gives the same bytes, where nothing depends on the version of zlib.
  @Test(arguments: ["example", "empty", "ragged"])
  func rewritingGivesTheSameBytes(name: String) throws {
    let bytes = try Fixtures.bytes("token-file/accept/\(name).tessera")
    let file = try TokenFile(bytes: bytes)
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("copy.tessera").path
    var writer = try TokenFileWriter(to: path, header: file.header)
    var rejects = try file.rejects()[...]
    for position in 0..<file.count {
      while rejects.first?.input == writer.rowCount + writer.rejectCount {
        try writer.reject(rejects.removeFirst())
      }
      try writer.append(file.row(at: position))
    }
    try writer.finish(inputs: file.inputCount)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
  }
}
