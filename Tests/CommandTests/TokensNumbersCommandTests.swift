import Foundation
import ImageFiles
import RasterImages
import TestSupport
import Testing
import TokenFiles
import Tokens

/// `tokens diff|stats`: token files in numbers.
@Suite struct TokensNumbersCommandTests {
  private static let codec = CodecIdentity(
    name: "sample", weightsDigest: String(repeating: "0", count: 64), codebookSize: 8,
    codebookDigest: String(repeating: "1", count: 64), patchSize: 8)

  private func write(
    _ rows: [TokenFileRow], to path: String, policy: String = "balanced",
    codec: CodecIdentity = Self.codec
  ) throws {
    var writer = try TokenFileWriter(
      to: path,
      header: TokenFileHeader(
        codec: codec, recipe: .init(name: "none", size: 16), policy: policy, gridHeight: 2,
        gridWidth: 2, rowsPerChunk: 2))
    for row in rows { try writer.append(row) }
    try writer.finish()
  }

  private func row(_ key: String, _ tokens: [TokenID], _ captions: [String] = []) -> TokenFileRow {
    TokenFileRow(
      key: key, grid: TokenGrid(height: 2, width: 2, tokens: tokens), captions: captions)
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func diffMatchesByKeyAndCountsCodes() throws {
    let place = try Workplace()
    try write(
      [
        row("a", [0, 1, 2, 3]), row("b", [4, 5, 6, 7]), row("c", [0, 0, 0, 0]),
        row("d", [1, 1, 1, 1], ["x"]),
      ], to: place.path("1.tessera"))
    try write(
      [
        row("d", [1, 1, 1, 1], ["y"]), row("e", [0, 0, 0, 0]), row("b", [4, 0, 6, 0]),
        row("a", [0, 1, 2, 0]),
      ], to: place.path("2.tessera"), policy: "fast")
    let outcome = try place.run(
      "tokens", "diff", "1.tessera", "2.tessera", "--json", "--picture", "where.png")
    #expect(outcome.status == 1 && outcome.errors.isEmpty)
    let report = try json(outcome.output)
    #expect(report["matched_rows"] as? Int == 3)
    #expect(report["only_in_first"] as? Int == 1 && report["only_in_second"] as? Int == 1)
    #expect(report["codes"] as? Int == 12 && report["differing_codes"] as? Int == 3)
    #expect(report["by_place"] as? [Int] == [0, 1, 0, 2])
    #expect(report["by_column"] as? [String: Int] == ["captions": 1])
    #expect(report["rows_with_other_codes"] as? Int == 2)
    #expect(
      report["headers"] as? [String] == ["policy: \"balanced\" in the file, \"fast\" here"])
    #expect((report["rows"] as? [[String: Any]])?.map { $0["key"] as? String } == ["b", "a"])

    let picture = try ImageFile.decode(place.bytes("where.png"))
    #expect(picture.width == 512 && picture.height == 512)
    func brightness(_ x: Int, _ y: Int) -> Int {
      picture.pixels[(y * 512 + x) * 3..<(y * 512 + x) * 3 + 3].reduce(0) { $0 + Int($1) }
    }
    #expect(brightness(10, 10) == brightness(10, 300))
    #expect(brightness(10, 10) < brightness(300, 10))
    #expect(brightness(300, 10) < brightness(300, 300))
  }

  @Test func equalFilesAreEqual() throws {
    let place = try Workplace()
    let rows = [row("a", [0, 1, 2, 3]), row("a", [4, 5, 6, 7]), row("b", [1, 1, 1, 1])]
    try write(rows, to: place.path("1.tessera"))
    try write([rows[2], rows[0], rows[1]], to: place.path("2.tessera"))
    let outcome = try place.run("tokens", "diff", "1.tessera", "2.tessera")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.output.contains("0 of 12 codes differ"))
  }

  @Test func codesOfTwoCodebooksAreNotCompared() throws {
    let place = try Workplace()
    let other = CodecIdentity(
      name: "sample", weightsDigest: Self.codec.weightsDigest, codebookSize: 8,
      codebookDigest: String(repeating: "2", count: 64), patchSize: 8)
    try write([row("a", [0, 1, 2, 3])], to: place.path("1.tessera"))
    try write([row("a", [0, 1, 2, 3])], to: place.path("2.tessera"), codec: other)
    let outcome = try place.run("tokens", "diff", "1.tessera", "2.tessera")
    #expect(outcome.status == 65 && outcome.complaints.count == 1)
    #expect(outcome.errors.contains("codec.codebook_digest"))
  }

  @Test func statsCountWhatIsThere() throws {
    let place = try Workplace()
    try write(
      [
        row("a", [0, 0, 1, 1], ["猫", "four"]), row("b", [0, 0, 1, 1]),
        row("a", [2, 2, 3, 3], ["twelve chars"]),
      ], to: place.path("1.tessera"))
    let outcome = try place.run("tokens", "stats", "1.tessera", "--json", "--usage")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let report = try json(outcome.output)
    #expect(report["tokens"] as? Int == 12 && report["used_codes"] as? Int == 4)
    #expect(report["dead_codes"] as? Int == 4)
    #expect(report["usage"] as? [Int] == [4, 4, 2, 2, 0, 0, 0, 0])
    // 2 · (1/3) log2 3 + 2 · (1/6) log2 6
    let entropy = try #require(report["entropy_bits"] as? Double)
    #expect(abs(entropy - 1.918_295_834) < 1e-6)
    // Two bytes hold the 12 bits of a row.
    #expect(report["stored_bits_per_token"] as? Double == 4)
    #expect(report["duplicate_keys"] as? Int == 1 && report["duplicate_grids"] as? Int == 1)
    let characters = try #require(report["caption_characters"] as? [String: Any])
    #expect(characters["count"] as? Int == 3 && characters["least"] as? Int == 1)
    #expect(characters["median"] as? Int == 4 && characters["most"] as? Int == 12)
    let text = try place.run("tokens", "stats", "1.tessera")
    #expect(text.output.contains("4 of 8 used, 4 dead"))
  }
}
