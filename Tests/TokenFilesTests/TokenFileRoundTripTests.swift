import Foundation
import TestSupport
import Testing
import TokenFiles
import Tokens

@Suite struct TokenFileRoundTripTests {
  @Test(arguments: [0, 1, 3, 4, 5, 17])
  func rowsAndRejects(count: Int) throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.tessera").path
    let rows = Samples.rows(count)
    var writer = try TokenFileWriter(to: path, header: Samples.header())
    var rejects: [TokenFileReject] = []
    for (number, row) in rows.enumerated() {
      if number % 5 == 2 {
        try writer.reject(Samples.reject(number))
        var reject = Samples.reject(number)
        reject.input = number + rejects.count
        rejects.append(reject)
      }
      try writer.append(row)
    }
    try writer.finish(inputs: rows.count + rejects.count)
    #expect(!FileManager.default.fileExists(atPath: path + ".partial"))

    let file = try TokenFile(contentsOf: path)
    #expect(file.header == Samples.header())
    #expect(file.count == rows.count)
    #expect(try file.rejects() == rejects)
    for position in rows.indices.reversed() {
      #expect(try file.rows[position] == rows[position])
      #expect(try file.grid(at: position) == rows[position].grid)
    }
    var iterator = file.rows
    var read: [TokenFileRow] = []
    while let row = try iterator.next() { read.append(row) }
    #expect(read == rows)
    let report = file.verify()
    #expect(report.problems == [])
    #expect(report.tokenCount == count * 16)
  }
}
