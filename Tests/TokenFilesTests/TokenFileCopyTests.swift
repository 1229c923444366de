import TestSupport
import Testing
import TokenFiles

/// Rows that go from file to file without being encoded again.
@Suite struct TokenFileCopyTests {
  /// Random content, random chunks, random ranges, against the same done with arrays.
  @Test func copiesHoldWhatTheyShould() throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 20)
    for round in 0..<60 {
      var sources: [(file: TokenFile, content: FileContent)] = []
      for number in 0..<3 {
        let share = Int.random(in: 1...5, using: &random)
        let content = FileContent.sample(
          rows: Int.random(in: 0...23, using: &random),
          rejecting: { ($0 + round) % (share + 1) == 0 }, seed: UInt64(round * 3 + number))
        let path = folder.path("\(round)-\(number).tessera")
        try content.write(
          to: path, header: Samples.header(rowsPerChunk: Int.random(in: 1...6, using: &random)))
        sources.append((try TokenFile(contentsOf: path), content))
      }
      let header = Samples.header(rowsPerChunk: Int.random(in: 1...6, using: &random))
      var expected = FileContent()
      let path = folder.path("\(round).tessera")
      var count = TokenFileWriter.CopyCount()
      try TokenFileWriter.write(to: path, header: header) { (writer) throws(TokenFileError) in
        for source in sources {
          let first = Int.random(in: 0...source.file.count, using: &random)
          let last = Int.random(in: first...source.file.count, using: &random)
          let range = Bool.random(using: &random) ? first..<last : 0..<source.file.count
          let part = try writer.append(contentsOf: source.file, rows: range)
          count.copied += part.copied
          count.storedAnew += part.storedAnew
          expected = expected.followed(by: source.content.part(range))
        }
      }
      let file = try TokenFile(contentsOf: path)
      #expect(try FileContent(of: file) == expected, "round \(round)")
      #expect(file.verify().problems == [], "round \(round)")
      #expect(count.copied + count.storedAnew == expected.rows.count)
    }
  }

  @Test func aWholeFileIsCopiedByteForByte() throws {
    let folder = try TemporaryFolder()
    let header = Samples.header(rowsPerChunk: 4)
    // The last row is not followed by rejects, which would get a block of their own.
    try FileContent.sample(rows: 18) { $0 % 5 == 3 }
      .write(to: folder.path("a.tessera"), header: header)
    let source = try TokenFile(contentsOf: folder.path("a.tessera"))
    let count = try TokenFileWriter.write(to: folder.path("b.tessera"), header: header) {
      (writer) throws(TokenFileError) in try writer.append(contentsOf: source)
    }
    #expect(count.copied == 18 && count.storedAnew == 0)
    #expect(try folder.bytes("b.tessera") == folder.bytes("a.tessera"))
  }

  @Test func compactChunksAreCopiedAsTheyAre() throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.bytes("token-file/accept/compact.tessera"), to: "a.tessera")
    let source = try TokenFile(contentsOf: folder.path("a.tessera"))
    try TokenFileWriter.write(to: folder.path("b.tessera"), header: source.header) {
      (writer) throws(TokenFileError) in
      try writer.append(contentsOf: source)
      try writer.append(contentsOf: source, rows: 3..<source.count)
    }
    let content = try FileContent(of: source)
    let file = try TokenFile(contentsOf: folder.path("b.tessera"))
    #expect(
      try FileContent(of: file) == content.followed(by: content.part(3..<source.count)))
    #expect(file.verify().problems == [])
  }

  @Test func rejectsAreLeftOutWhenAsked() throws {
    let folder = try TemporaryFolder()
    let content = FileContent.sample(rows: 9) { $0 % 2 == 0 }
    let header = Samples.header(rowsPerChunk: 4)
    try content.write(to: folder.path("a.tessera"), header: header)
    let source = try TokenFile(contentsOf: folder.path("a.tessera"))
    try TokenFileWriter.write(to: folder.path("b.tessera"), header: header) {
      (writer) throws(TokenFileError) in
      try writer.append(contentsOf: source, rows: 4..<9, keepingRejects: false)
    }
    let file = try TokenFile(contentsOf: folder.path("b.tessera"))
    #expect(try FileContent(of: file).rows == Array(content.rows[4..<9]))
    #expect(file.rejectCount == 0 && file.verify().isSound)
  }

  @Test func damageInASourceLeavesNoFile() throws {
    let folder = try TemporaryFolder()
    let header = Samples.header(rowsPerChunk: 4)
    try FileContent.sample(rows: 12).write(to: folder.path("a.tessera"), header: header)
    var bytes = try folder.bytes("a.tessera")
    bytes[bytes.count / 2] ^= 1
    let source = try TokenFile(bytes: bytes)
    #expect(throws: TokenFileError.self) {
      try TokenFileWriter.write(to: folder.path("b.tessera"), header: header) {
        (writer) throws(TokenFileError) in _ = try writer.append(contentsOf: source)
      }
    }
    #expect(!folder.exists("b.tessera") && !folder.exists("b.tessera.partial"))
  }
}
