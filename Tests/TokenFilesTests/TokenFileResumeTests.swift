import ByteCoding
import Foundation
import TestSupport
import Testing
import TokenFiles

/// A writer that is killed at any moment leaves a file that goes on to the same bytes.
@Suite struct TokenFileResumeTests {
  private enum Input {
    case row(TokenFileRow)
    case reject(TokenFileReject)

    var key: String {
      switch self {
      case .row(let row): row.key
      case .reject(let reject): reject.key
      }
    }
  }

  private let header = Samples.header(rowsPerChunk: 3)

  private func inputs(_ count: Int, rejecting: (Int) -> Bool) -> [Input] {
    Samples.rows(count).enumerated().map { number, row in
      rejecting(number) ? .reject(Samples.reject(number)) : .row(row)
    }
  }

  private func write(
    _ inputs: some Sequence<Input>, to writer: inout TokenFileWriter
  ) throws(TokenFileError) {
    for input in inputs {
      switch input {
      case .row(let row): try writer.append(row)
      case .reject(let reject): try writer.reject(reject)
      }
    }
  }

  private func withFolder(_ body: (_ path: String) throws -> Void) throws {
    let folder = try Fixtures.temporaryFolder(inMemory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent("a.tessera").path)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func uninterrupted(_ inputs: [Input], _ path: String) throws -> [UInt8] {
    var writer = try TokenFileWriter(to: path, header: header)
    try write(inputs, to: &writer)
    try writer.finish(inputs: inputs.count)
    return try bytes(path)
  }

  @Test(arguments: [
    (13, 100), (12, 100), (14, 3), (9, 1), (0, 1), (1, 100),
  ])
  func everyCutOfAPartialFileGoesOnToTheSameBytes(count: Int, every: Int) throws {
    try withFolder { path in
      let inputs = inputs(count) { $0 % every == every - 1 }
      let whole = try uninterrupted(inputs, path)
      for length in stride(from: 0, through: whole.count, by: 5) {
        try Data(whole[..<length]).write(to: URL(fileURLWithPath: path + ".partial"))
        var writer = try TokenFileWriter(resuming: path, header: header)
        let found = writer.resumption
        #expect(found.keys == inputs[..<found.keys.count].map(\.key))
        #expect(found.keys.count == writer.rowCount + writer.rejectCount)
        #expect(
          found.rejects.map(\.key)
            == inputs[..<found.keys.count].compactMap {
              if case .reject(let reject) = $0 { reject.key } else { nil }
            })
        try write(inputs[found.keys.count...], to: &writer)
        try writer.finish(inputs: inputs.count)
        #expect(try bytes(path) == whole, "cut to \(length)")
      }
    }
  }

  /// The list of inputs grew since the file was cut behind a short last chunk.
  @Test func aShortLastChunkIsFilledUp() throws {
    try withFolder { path in
      let inputs = inputs(14) { $0 == 6 }
      let whole = try uninterrupted(inputs, path)
      for done in 0...inputs.count {
        var writer = try TokenFileWriter(to: path, header: header)
        try write(inputs[..<done], to: &writer)
        try writer.suspend()
        var next = try TokenFileWriter(resuming: path, header: header)
        #expect(next.resumption.keys.count == done)
        #expect(next.resumption.discardedByteCount == 0)
        try write(inputs[done...], to: &next)
        try next.finish()
        #expect(try bytes(path) == whole, "suspended after \(done)")
      }
    }
  }

  @Test func tornTailsAreSetAside() throws {
    try withFolder { path in
      let inputs = inputs(9) { _ in false }
      let whole = try uninterrupted(inputs, path)
      let cut = whole.count * 2 / 3
      try Data(whole[..<cut]).write(to: URL(fileURLWithPath: path + ".partial"))
      let writer = try TokenFileWriter(resuming: path, header: header)
      let found = writer.resumption
      #expect(found.discardedByteCount > 0)
      let torn = try bytes(try #require(found.discardedPath))
      #expect(torn == Array(whole[cut - found.discardedByteCount..<cut]))
    }
  }

  @Test func anotherHeaderIsRefused() throws {
    try withFolder { path in
      try TokenFileWriter(to: path, header: header).suspend()
      var other = header
      other.policy = "fast"
      let error = #expect(throws: TokenFileError.self) {
        _ = try TokenFileWriter(resuming: path, header: other)
      }
      #expect(
        error?.reason == .headersDiffer(["policy: \"balanced\" in the file, \"fast\" here"]))
    }
  }

  @Test func aLeftoverIsRefusedOrReplacedAsAsked() throws {
    try withFolder { path in
      try TokenFileWriter(to: path, header: header).suspend()
      #expect(throws: TokenFileError.self) { _ = try TokenFileWriter(to: path, header: header) }
      var writer = try TokenFileWriter(to: path, header: header, leftover: .replace)
      try writer.append(Samples.rows(1)[0])
      try writer.finish()
      #expect(try TokenFile(contentsOf: path).count == 1)
    }
  }

  @Test func aSecondWriterIsRefused() throws {
    try withFolder { path in
      var first = try TokenFileWriter(to: path, header: header)
      for leftover in [AtomicOutputFile.Leftover.refuse, .replace] {
        let error = #expect(throws: TokenFileError.self) {
          _ = try TokenFileWriter(to: path, header: header, leftover: leftover)
        }
        #expect(error?.description.contains("another writer") == true)
      }
      #expect(throws: TokenFileError.self) {
        _ = try TokenFileWriter(resuming: path, header: header)
      }
      try first.append(Samples.rows(1)[0])
      try first.finish()
      #expect(try TokenFile(contentsOf: path).count == 1)
    }
  }

  @Test func somethingElseUnderThePartialNameIsNotTouched() throws {
    try withFolder { path in
      try Data("my notes, long enough".utf8).write(to: URL(fileURLWithPath: path + ".partial"))
      #expect(throws: TokenFileError.self) {
        _ = try TokenFileWriter(resuming: path, header: header)
      }
      #expect(try bytes(path + ".partial") == Array("my notes, long enough".utf8))
    }
  }

  @Test func unaccountedInputsAreRefused() throws {
    try withFolder { path in
      let error = #expect(throws: TokenFileError.self) {
        var writer = try TokenFileWriter(to: path, header: header)
        try writer.append(Samples.rows(1)[0])
        try writer.finish(inputs: 2)
      }
      #expect(error?.reason == .inputsUnaccounted(inputs: 2, rows: 1, rejects: 0))
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }
}
