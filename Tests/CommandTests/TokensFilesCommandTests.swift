import Foundation
import TestSupport
import Testing
import TokenFiles

/// `tokens append|merge|split|select|salvage`: rows from file to file.
@Suite struct TokensFilesCommandTests {
  /// `a.tessera` (rows and rejects) and `b.tessera` (rows), of the same settings.
  private func place() throws -> Workplace {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    try place.addPictures(5, to: "more")
    for (input, output) in [("in", "a.tessera"), ("more", "b.tessera")] {
      let outcome = try place.run(
        "encode", input, "-o", output, "--size", "32", "--max-rejects", "99")
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    return place
  }

  private func keys(_ path: String) throws -> [String] {
    let file = try TokenFile(contentsOf: path)
    #expect(file.verify().isSound)
    return try (0..<file.chunkCount).flatMap { try file.keys(inChunk: $0) }
  }

  @Test func mergeSplitAndSelectKeepEveryRow() throws {
    let place = try place()
    let a = try keys(place.path("a.tessera"))
    let b = try keys(place.path("b.tessera"))
    let rejects = try TokenFile(contentsOf: place.path("a.tessera")).rejectCount

    let merge = try place.run("tokens", "merge", "a.tessera", "b.tessera", "-o", "m.tessera")
    #expect(merge.status == 0 && merge.errors.isEmpty)
    #expect(merge.output == "m.tessera: \(a.count + b.count) rows, \(rejects) rejects\n")
    #expect(try keys(place.path("m.tessera")) == a + b)

    let split = try place.run("tokens", "split", "m.tessera", "--parts", "3", "-o", "parts")
    #expect(split.status == 0 && split.errors.isEmpty)
    let parts = try place.files(below: "parts")
    #expect(
      parts == (0..<3).map { "m-0000\($0)-of-00003.tessera" })
    #expect(try parts.flatMap { try keys(place.path("parts/\($0)")) } == a + b)
    let counts = try parts.map { try TokenFile(contentsOf: place.path("parts/\($0)")).rejectCount }
    #expect(counts.reduce(0, +) == rejects)

    let rows = try place.run("tokens", "select", "m.tessera", "--rows", "2..<4", "-o", "s.tessera")
    #expect(rows.status == 0)
    #expect(rows.errors == "note: \(rejects) rejects of m.tessera left out\n")
    #expect(try keys(place.path("s.tessera")) == Array((a + b)[2..<4]))

    try place.write("\(b[1])\n\(a[0])\n\nno such key\n", to: "keys.txt")
    let refused = try place.run(
      "tokens", "select", "m.tessera", "--keys", "keys.txt", "-o", "k.tessera")
    #expect(refused.status == 65 && refused.complaints.count == 1)
    #expect(refused.errors.contains("no such key") && !place.exists("k.tessera"))
    let chosen = try place.run(
      "tokens", "select", "m.tessera", "--keys", "keys.txt", "-o", "k.tessera", "--skip-missing")
    #expect(chosen.status == 0)
    #expect(try keys(place.path("k.tessera")) == [a[0], b[1]])
  }

  @Test func appendAddsInPlaceAndResumes() throws {
    let place = try place()
    let expected = try keys(place.path("a.tessera")) + keys(place.path("b.tessera"))
    let before = try place.bytes("a.tessera")
    let append = try place.run("tokens", "append", "a.tessera", "b.tessera")
    #expect(append.status == 0 && append.errors.isEmpty)
    #expect(append.output.contains("5 rows and 0 rejects added; now \(expected.count) rows"))
    let whole = try place.bytes("a.tessera")
    #expect(whole.starts(with: before))
    #expect(try keys(place.path("a.tessera")) == expected)

    // As a crash would leave it.
    try place.write(whole.dropLast(100), to: "a.tessera")
    let unasked = try place.run("tokens", "append", "a.tessera", "b.tessera")
    #expect(unasked.status == 65 && unasked.errors.contains("no end mark"))
    #expect(unasked.errors.contains("tokens salvage"))
    let resumed = try place.run("tokens", "append", "a.tessera", "b.tessera", "--resume")
    #expect(resumed.status == 0)
    #expect(try place.bytes("a.tessera") == whole)
    #expect(try place.bytes("a.tessera.torn") == Array(whole[before.count...].dropLast(100)))
  }

  @Test func unlikeFilesAreNotMixed() throws {
    let place = try place()
    _ = try place.run("encode", "more", "-o", "other.tessera", "--size", "16")
    let before = try place.bytes("a.tessera")
    for arguments in [
      ["tokens", "append", "a.tessera", "other.tessera"],
      ["tokens", "merge", "a.tessera", "other.tessera", "-o", "m.tessera"],
    ] {
      let outcome = try Command.Running(arguments, in: place.url).outcome()
      #expect(outcome.status == 1 && outcome.complaints.count == 1)
      #expect(outcome.errors.contains("recipe.size: 32 in the file, 16 here"))
    }
    #expect(try place.bytes("a.tessera") == before)
    #expect(!place.exists("m.tessera") && !place.exists("m.tessera.partial"))
  }

  @Test func aFileThatIsWrittenToIsBusy() throws {
    let place = try place()
    var writer = try TokenFileWriter(appendingTo: place.path("a.tessera"))
    let outcome = try place.run("tokens", "append", "a.tessera", "b.tessera")
    #expect(outcome.status == 75 && outcome.complaints.count == 1)
    #expect(outcome.errors.contains("another writer"))
    try writer.reject(TokenFileReject(key: "x", stage: "read", code: "gone", message: ""))
    try writer.finish()
  }

  @Test func salvageNamesTheDamageAndSavesTheRest() throws {
    let place = try place()
    _ = try place.run("tokens", "append", "a.tessera", "b.tessera")
    let all = try keys(place.path("a.tessera"))
    var bytes = try place.bytes("a.tessera")
    // Shortly before INDEX and END, which take 168 bytes: in the chunk of b.tessera.
    let offset = bytes.count - 200
    bytes[offset] ^= 1
    try place.write(bytes, to: "broken.tessera")

    let report = try place.run("tokens", "salvage", "broken.tessera", "--json")
    #expect(report.status == 0 && report.errors.isEmpty)
    struct Report: Decodable {
      struct Damage: Decodable {
        let first_byte: Int
        let end: Int
        let problem: String
      }
      let damages: [Damage]
      let rows: Int
      let lost_rows: [[Int]]
      let has_end_mark: Bool
    }
    let found = try JSONDecoder().decode(Report.self, from: Data(report.output.utf8))
    #expect(found.damages.count == 1 && found.has_end_mark)
    #expect(found.damages.first.map { ($0.first_byte..<$0.end).contains(offset) } == true)
    #expect(found.damages.first?.problem.hasPrefix("damaged: the payload of block") == true)
    #expect(found.lost_rows == [[all.count - 5, all.count]] && found.rows == all.count - 5)

    let saved = try place.run("tokens", "salvage", "broken.tessera", "-o", "saved.tessera")
    #expect(saved.status == 0)
    #expect(saved.output.contains("rows lost: \(all.count - 5)..<\(all.count)"))
    #expect(try keys(place.path("saved.tessera")) == Array(all.dropLast(5)))
    #expect(try place.bytes("broken.tessera") == bytes)
  }

  @Test func salvageReadsAPartialFile() throws {
    let place = try place()
    try place.write(place.bytes("b.tessera").dropLast(100), to: "c.tessera.partial")
    let outcome = try place.run("tokens", "salvage", "c.tessera.partial", "-o", "d.tessera")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("no end mark"))
    #expect(try keys(place.path("d.tessera")) == keys(place.path("b.tessera")))
    // What is read is never what is written.
    let before = try place.bytes("c.tessera.partial")
    let refused = try place.run("tokens", "salvage", "c.tessera.partial", "-o", "c.tessera")
    #expect(refused.status == 1 && refused.complaints.count == 1)
    #expect(try place.bytes("c.tessera.partial") == before)
  }

  @Test(arguments: [
    ["merge", "a.tessera", "-o", "taken"], ["split", "a.tessera", "--rows", "2", "-o", "taken"],
    ["select", "a.tessera", "--rows", "0", "-o", "taken"], ["salvage", "a.tessera", "-o", "taken"],
  ])
  func nothingThatExistsIsReplaced(arguments: [String]) throws {
    let place = try place()
    try place.write("precious", to: "taken")
    let outcome = try Command.Running(["tokens"] + arguments, in: place.url).outcome()
    #expect(outcome.status == 1 && outcome.complaints.count == 1)
    #expect(try place.bytes("taken") == Array("precious".utf8))
  }
}
