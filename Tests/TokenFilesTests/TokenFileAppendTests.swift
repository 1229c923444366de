import ByteCoding
import TestSupport
import Testing
import TokenFiles

/// Rows put behind those of a finished file, in place.
@Suite struct TokenFileAppendTests {
  private let header = Samples.header(rowsPerChunk: 3)
  private let old = FileContent.sample(rows: 7) { $0 % 4 == 1 }
  private let new = FileContent.sample(rows: 8, rejecting: { $0 % 3 == 2 }, seed: 2)

  /// `old.tessera`, `new.tessera` and `both.tessera`, the first with the second appended.
  private func place() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try old.write(to: folder.path("old.tessera"), header: header)
    try new.write(to: folder.path("new.tessera"), header: header)
    try folder.write(folder.bytes("old.tessera"), to: "both.tessera")
    try append(to: folder.path("both.tessera"), from: folder)
    return folder
  }

  private func append(
    to path: String, from folder: TemporaryFolder, tail: TokenFileWriter.Tail = .refuse
  ) throws {
    let source = try TokenFile(contentsOf: folder.path("new.tessera"))
    try TokenFileWriter.append(to: path, tail: tail) { (writer) throws(TokenFileError) in
      _ = try writer.append(contentsOf: source)
    }
  }

  @Test func oldBytesStayAndAllRowsAreThere() throws {
    let folder = try place()
    let before = try folder.bytes("old.tessera")
    let after = try folder.bytes("both.tessera")
    #expect(after.starts(with: before))
    let file = try TokenFile(bytes: after)
    #expect(try FileContent(of: file) == old.followed(by: new))
    #expect(file.verify().problems == [])
  }

  @Test func aStreamReadsOverTheOldEnd() throws {
    let folder = try place()
    var stream = try TokenFileStream(contentsOf: folder.path("both.tessera"))
    var rows: [TokenFileRow] = []
    while let row = try stream.next() { rows.append(row) }
    #expect(rows == old.rows + new.rows)
    #expect(stream.rejects == old.followed(by: new).rejects)
  }

  @Test func rowByRowGivesTheSameContent() throws {
    let folder = try place()
    try folder.write(folder.bytes("old.tessera"), to: "rows.tessera")
    var writer = try TokenFileWriter(appendingTo: folder.path("rows.tessera"), header: header)
    try new.write(to: &writer)
    try writer.finish(
      inputs: old.rows.count + old.rejects.count + new.rows.count + new.rejects.count)
    #expect(try FileContent(contentsOf: folder.path("rows.tessera")) == old.followed(by: new))
  }

  @Test func cutsOfAnAppendKeepWhatWasThere() throws {
    let folder = try place()
    let oldSize = try folder.bytes("old.tessera").count
    let whole = try folder.bytes("both.tessera")
    for length in stride(from: oldSize + 1, to: whole.count, by: 7) {
      try folder.write(whole[..<length], to: "cut.tessera")
      let path = folder.path("cut.tessera")
      #expect(throws: TokenFileError.self) { try TokenFile(contentsOf: path) }
      #expect(throws: TokenFileError.self) { _ = try TokenFileWriter(appendingTo: path) }
      let salvage = try TokenFileSalvage(contentsOf: path)
      #expect(salvage.rowCount >= old.rows.count && salvage.rejectCount >= old.rejects.count)
      #expect(!salvage.isFinished)
      try append(to: path, from: folder, tail: .discard)
      #expect(try folder.bytes("cut.tessera") == whole, "cut to \(length)")
      #expect(try folder.bytes("cut.tessera.torn") == Array(whole[oldSize..<length]))
    }
  }

  @Test func aKilledAppendGoesOnToTheSameBytes() throws {
    let folder = try place()
    let oldBytes = try folder.bytes("old.tessera")
    try folder.write(oldBytes, to: "whole.tessera")
    var writer = try TokenFileWriter(appendingTo: folder.path("whole.tessera"))
    try new.write(to: &writer)
    try writer.finish()
    let whole = try folder.bytes("whole.tessera")
    for length in stride(from: oldBytes.count, through: whole.count - 1, by: 7) {
      try folder.write(whole[..<length], to: "cut.tessera")
      var next = try TokenFileWriter(appendingTo: folder.path("cut.tessera"), tail: .keep)
      // The inputs that are there already are passed over, as an encoder does.
      var rows = new.rows[...]
      var rejects = new.rejects[...]
      for input in 0..<new.rows.count + new.rejects.count {
        let isReject = rejects.first?.input == input
        if input < next.resumption.keys.count {
          #expect(
            next.resumption.keys[input]
              == (isReject ? rejects.removeFirst().key : rows.removeFirst().key))
        } else if isReject {
          try next.reject(rejects.removeFirst())
        } else {
          try next.append(rows.removeFirst())
        }
      }
      try next.finish()
      #expect(try folder.bytes("cut.tessera") == whole, "cut to \(length)")
    }
  }

  @Test func nothingAppendedChangesNothing() throws {
    let folder = try place()
    let before = try folder.bytes("both.tessera")
    try TokenFileWriter(appendingTo: folder.path("both.tessera")).finish()
    #expect(try folder.bytes("both.tessera") == before)
  }

  @Test func anAppendThatFailsIsTakenBack() throws {
    let folder = try place()
    let before = try folder.bytes("old.tessera")
    let source = try TokenFile(contentsOf: folder.path("new.tessera"))
    #expect(throws: TokenFileError.self) {
      try TokenFileWriter.append(to: folder.path("old.tessera")) {
        (writer) throws(TokenFileError) in
        _ = try writer.append(contentsOf: source)
        throw TokenFileError(.noEndMark)
      }
    }
    #expect(try folder.bytes("old.tessera") == before)
  }

  @Test func otherHeadersAreRefusedWithTheDifference() throws {
    let folder = try place()
    var other = header
    other.policy = "fast"
    try new.write(to: folder.path("fast.tessera"), header: other)
    let before = try folder.bytes("old.tessera")
    let source = try TokenFile(contentsOf: folder.path("fast.tessera"))
    let expected = TokenFileError.Reason.headersDiffer([
      "policy: \"balanced\" in the file, \"fast\" here"
    ])
    let copying = #expect(throws: TokenFileError.self) {
      try TokenFileWriter.append(to: folder.path("old.tessera")) {
        (writer) throws(TokenFileError) in _ = try writer.append(contentsOf: source)
      }
    }
    #expect(copying?.reason == expected)
    let opening = #expect(throws: TokenFileError.self) {
      _ = try TokenFileWriter(appendingTo: folder.path("old.tessera"), header: other)
    }
    #expect(opening?.reason == expected)
    #expect(try folder.bytes("old.tessera") == before)
  }

  @Test func aSecondWriterIsRefused() throws {
    let folder = try place()
    let path = folder.path("old.tessera")
    var first = try TokenFileWriter(appendingTo: path)
    func expectBusy(_ body: () throws -> Void) {
      let error = #expect(throws: TokenFileError.self) { try body() }
      #expect(error?.description.contains("another writer") == true)
    }
    expectBusy { _ = try TokenFileWriter(appendingTo: path) }
    // A run that would replace the file has to wait, too.
    expectBusy {
      var replacing = try TokenFileWriter(to: path, header: header)
      try replacing.append(Samples.rows(1)[0])
      try replacing.finish()
    }
    try first.append(new.rows[0])
    try first.finish()
    #expect(try TokenFile(contentsOf: path).count == old.rows.count + 1)
  }

  @Test func aFileThatNeverEndedIsRefused() throws {
    let folder = try place()
    try folder.write(folder.bytes("old.tessera").dropLast(70), to: "cut.tessera")
    for tail in [TokenFileWriter.Tail.refuse, .discard, .keep] {
      let error = #expect(throws: TokenFileError.self) {
        _ = try TokenFileWriter(appendingTo: folder.path("cut.tessera"), tail: tail)
      }
      #expect(error?.reason == .noEndMark)
    }
  }
}
