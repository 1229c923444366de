import Foundation
import TestSupport
import Testing
import TokenFiles
import Tokens

/// `Formats/readers/tessera_reader.py` and this project read each other's files.
@Suite struct NumPyReaderTests {
  private struct NoNumPy: Error, CustomStringConvertible {
    let description =
      "neither /usr/bin/python3 nor python3 imports numpy: apt-get install python3-numpy"
  }

  private func run(_ program: String, _ arguments: [String]) throws -> (
    status: Int32, output: String
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private func python() throws -> String {
    for program in ["/usr/bin/python3", "python3"]
    where try run(program, ["-c", "import numpy"]).status == 0 {
      return program
    }
    throw NoNumPy()
  }

  private let script = Fixtures.url("token-file/check_reader.py").path

  @Test func goldenFilesAreAcceptedAndRefused() throws {
    let result = try run(python(), [script])
    #expect(result.status == 0 && result.output == "ok\n", "\(result.output)")
  }

  @Test func filesWrittenHereReadTheSameThere() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.tessera").path
    let rows = Samples.rows(70, height: 5, width: 3, codebookSize: 20_000)
    var writer = try TokenFileWriter(
      to: path,
      header: Samples.header(height: 5, width: 3, codebookSize: 20_000, rowsPerChunk: 32))
    for row in rows { try writer.append(row) }
    try writer.finish()
    let result = try run(python(), [script, path])
    #expect(result.status == 0, "\(result.output)")
    let read = try result.output.split(separator: "\n").map {
      try JSONDecoder().decode(GoldenFile.Row.self, from: Data($0.utf8)).row
    }
    #expect(read == rows)
  }

  /// Grids of two scales, of which one differs from row to row, captions as text and as ids, key,
  /// source size, crop, and columns of one's own.
  @Test func everyKindOfColumnReadsTheSameThere() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.tessera").path
    var writer = try TokenFileWriter(to: path, header: Samples.manyColumns)
    let rows = Samples.rowsOfManyColumns(23)
    for row in rows { try writer.append(row) }
    try writer.finish(inputs: rows.count)

    let file = try TokenFile(contentsOf: path)
    var stream = try TokenFileStream(contentsOf: path)
    for (position, row) in rows.enumerated() {
      #expect(try file[position] == row)
      #expect(try stream.next() == row)
      #expect(try .grid(file.grid(at: position, column: "coarse")) == row.values["coarse"])
    }
    let result = try run(python(), [script, path])
    #expect(result.status == 0, "\(result.output)")
    let read = try result.output.split(separator: "\n").map {
      try JSONDecoder().decode(GoldenFile.Row.self, from: Data($0.utf8)).row
    }
    #expect(read == rows)
  }

  @Test func theReaderIsShort() throws {
    let text = try String(
      contentsOf: Fixtures.repository.appendingPathComponent("Formats/readers/tessera_reader.py"),
      encoding: .utf8)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 165)
  }
}
