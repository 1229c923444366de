import TestSupport
import Testing
import TokenFiles

/// Every whole chunk is saved and every damaged byte is named.
@Suite struct TokenFileSalvageTests {
  private static let names = [
    "example", "deflate", "ragged", "appended", "rejects-only", "compact", "compact-ragged",
  ]

  /// Salvages a damaged file and compares what is saved with the sound content.
  private func salvage(
    _ damaged: some Sequence<UInt8>, _ sound: FileContent, _ folder: TemporaryFolder
  ) throws -> (report: TokenFileSalvage, saved: FileContent) {
    try folder.write(damaged, to: "damaged.tessera")
    let report = try TokenFileSalvage(contentsOf: folder.path("damaged.tessera"))
    try? folder.remove("saved.tessera")
    try report.write(to: folder.path("saved.tessera"))
    let file = try TokenFile(contentsOf: folder.path("saved.tessera"))
    #expect(file.verify().problems == [])
    let saved = try FileContent(of: file)
    let lost = Set(report.lostRows.joined())
    // Lost rows at the end are only known from an end mark; the rest is exact.
    let known = saved.rows.count + lost.count
    #expect(saved.rows == (0..<known).filter { !lost.contains($0) }.map { sound.rows[$0] })
    let lostRejects = Set(report.lostRejects.joined())
    let knownRejects = saved.rejects.count + lostRejects.count
    #expect(
      saved.rejects.map(\.key)
        == (0..<knownRejects).filter { !lostRejects.contains($0) }.map { sound.rejects[$0].key })
    if report.isFinished {
      #expect(known == sound.rows.count && knownRejects == sound.rejects.count)
    }
    return (report, saved)
  }

  @Test(arguments: names)
  func aSoundFileIsSavedWhole(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixtures.bytes("token-file/accept/\(name).tessera")
    let (report, saved) = try salvage(bytes, FileContent(bytes: bytes), folder)
    #expect(report.damages.isEmpty && report.isFinished)
    #expect(try saved == FileContent(bytes: bytes))
  }

  /// A changed byte behind the header costs one block at most, and lies in a range that is reported.
  @Test(arguments: names)
  func aChangedByteCostsOneBlock(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixtures.bytes("token-file/accept/\(name).tessera")
    let sound = try FileContent(bytes: bytes)
    let headerEnd = 40 + Int(bytes[16]) + Int(bytes[17]) << 8
    var random = SeededGenerator(seed: 21)
    for offset in stride(from: headerEnd, to: bytes.count, by: name == "example" ? 2 : 29) {
      var damaged = bytes
      damaged[offset] ^= UInt8.random(in: 1...255, using: &random)
      let (report, _) = try salvage(damaged, sound, folder)
      #expect(report.damages.count == 1)
      #expect(report.damages.first?.bytes.contains(offset) == true, "byte \(offset)")
      #expect(report.lostRows.count + report.lostRejects.count <= 1)
    }
  }

  /// Bytes that are missing or too many move everything behind them by a number that is no multiple
  /// of eight.
  @Test(arguments: names)
  func bytesLostAndAddedCostAFewBlocks(name: String) throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixtures.bytes("token-file/accept/\(name).tessera")
    let sound = try FileContent(bytes: bytes)
    let headerEnd = 40 + Int(bytes[16]) + Int(bytes[17]) << 8
    var random = SeededGenerator(seed: 22)
    for _ in 0..<60 {
      let start = Int.random(in: headerEnd..<bytes.count, using: &random)
      let count = Int.random(in: 1...13, using: &random)
      let isLost = Bool.random(using: &random)
      let damaged =
        isLost
        ? bytes[..<start] + bytes[min(bytes.count, start + count)...]
        : bytes[..<start] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
          + bytes[start...]
      let (report, _) = try salvage(damaged, sound, folder)
      #expect(!report.damages.isEmpty)
    }
  }

  @Test func cutsKeepTheChunksBeforeThem() throws {
    let folder = try TemporaryFolder()
    let header = Samples.header(rowsPerChunk: 3)
    let content = FileContent.sample(rows: 10) { $0 % 5 == 2 }
    try content.write(to: folder.path("a.tessera"), header: header)
    let bytes = try folder.bytes("a.tessera")
    let headerEnd = 40 + Int(bytes[16]) + Int(bytes[17]) << 8
    var most = 0
    for length in stride(from: headerEnd, to: bytes.count, by: 3) {
      let (report, saved) = try salvage(bytes[..<length], content, folder)
      #expect(!report.isFinished && saved.rows.count >= most)
      most = saved.rows.count
    }
    #expect(most == 10)
  }

  @Test func anotherFilesHeaderHelpsWhenItsOwnIsDamaged() throws {
    let folder = try TemporaryFolder()
    var bytes = try Fixtures.bytes("token-file/accept/example.tessera")
    let sound = try FileContent(bytes: bytes)
    let header = try TokenFile(bytes: bytes).header
    bytes[100] ^= 1
    try folder.write(bytes, to: "a.tessera")
    #expect(throws: TokenFileError.self) {
      try TokenFileSalvage(contentsOf: folder.path("a.tessera"))
    }
    let report = try TokenFileSalvage(contentsOf: folder.path("a.tessera"), header: header)
    try report.write(to: folder.path("b.tessera"))
    #expect(try FileContent(contentsOf: folder.path("b.tessera")) == sound)
    #expect(report.damages.map(\.bytes.lowerBound) == [8])
    // A damaged magic alone is no obstacle.
    bytes[100] ^= 1
    bytes[1] ^= 1
    let (other, _) = try salvage(bytes, sound, folder)
    #expect(other.damages.map(\.bytes) == [0..<8] && other.lostRows.isEmpty)
  }

  @Test func anotherHeaderIsRefusedForASoundOne() throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.bytes("token-file/accept/example.tessera"), to: "a.tessera")
    #expect(throws: TokenFileError.self) {
      try TokenFileSalvage(contentsOf: folder.path("a.tessera"), header: Samples.header())
    }
  }

  /// Blocks that are there twice, or in another order, as when sectors are exchanged.
  @Test func doubledAndExchangedChunksComeOnceAndInOrder() throws {
    let folder = try TemporaryFolder()
    let content = FileContent.sample(rows: 9)
    try content.write(to: folder.path("a.tessera"), header: Samples.header(rowsPerChunk: 3))
    let bytes = try folder.bytes("a.tessera")
    let sync = Array("TSRB".utf8)
    let blocks = bytes.indices.filter { bytes[$0...].starts(with: sync) } + [bytes.count]
    // HEAD, three chunks, INDEX, END.
    #expect(blocks.count == 7)
    let pieces = (0..<6).map { bytes[blocks[$0]..<blocks[$0 + 1]] }
    let exchanged = bytes[..<8] + [0, 3, 2, 2, 1, 4, 5].flatMap { pieces[$0] }
    let (report, saved) = try salvage(exchanged, content, folder)
    #expect(saved == content && report.lostRows.isEmpty)
    #expect(report.damages.count == 1)
  }

  /// Two files one behind the other: rows of the second may be of another codec.
  @Test func aSecondFileBehindTheFirstIsNotMixedIn() throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixtures.bytes("token-file/accept/example.tessera")
    let (report, saved) = try salvage(bytes + bytes, FileContent(bytes: bytes), folder)
    #expect(try saved == FileContent(bytes: bytes))
    #expect(report.damages.last?.bytes.upperBound == 2 * bytes.count)
  }

  /// A megabyte of block headers, each claiming all that follows: no time goes up in smoke.
  @Test func overlappingBlocksAreNotReadOverAndOver() throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixtures.bytes("token-file/accept/example.tessera")
    let headerEnd = 40 + Int(bytes[16]) + Int(bytes[17]) << 8
    let count = 1 << 15
    var hostile = Array(bytes[..<headerEnd])
    for place in 0..<count {
      hostile += Samples.blockHeader(payloadSize: max(0, (count - place - 1) * 32 - 8))
    }
    try folder.write(hostile, to: "hostile.tessera")
    let clock = ContinuousClock()
    let elapsed = try clock.measure {
      let report = try TokenFileSalvage(contentsOf: folder.path("hostile.tessera"))
      #expect(report.rowCount == 0)
    }
    #expect(elapsed < .seconds(5))
  }

  @Test func whatIsNoTokenFileIsRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("just some text, long enough to be looked at".utf8), to: "a.tessera")
    let error = #expect(throws: TokenFileError.self) {
      try TokenFileSalvage(contentsOf: folder.path("a.tessera"))
    }
    guard case .notATokenFile = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
