import Foundation
import TestSupport
import Testing
import TokenFiles
import Tokens

@Suite struct SequenceCommandTests {
  /// Three rows of 20×20 tokens with two captions each.
  private func rows() throws -> Workplace {
    let place = try Workplace()
    let codec = CodecIdentity(
      name: "default", weightsDigest: String(repeating: "a", count: 64), codebookSize: 8192,
      codebookDigest: String(repeating: "b", count: 64), patchSize: 8)
    var writer = try TokenFileWriter(
      to: place.path("x.tessera"),
      header: TokenFileHeader(
        codec: codec, recipe: .init(name: "square-lanczos", size: 160), policy: "balanced",
        gridHeight: 20, gridWidth: 20))
    for row in 0..<3 {
      try writer.append(
        TokenFileRow(
          key: "k\(row)",
          grid: TokenGrid(
            height: 20, width: 20, tokens: (0..<400).map { TokenID($0 * 20 + row) }),
          captions: ["a red cat", "这是文件"]))
    }
    try writer.finish()
    return place
  }

  private static let head = ["x.tessera", "--layout", "cogview2"]

  @Test func rowsAreBuiltAndComeApartAgain() throws {
    let place = try rows()
    let built = try Command.Running(
      ["sequence", "build"] + Self.head + ["--second-caption", "-o", "rows"], in: place.url
    ).outcome()
    #expect(built.status == 0 && built.errors.isEmpty)
    let ids = try NumPyArray(bytes: place.bytes("rows/ids.npy"))
    #expect(ids.shape == [3, 512] && ids.int32s[111] == 36_000 && ids.int32s[112 + 399] == 7980)
    let positions = try NumPyArray(bytes: place.bytes("rows/positions.npy"))
    #expect(Array(positions.int32s[111..<114]) == [512, 513, 514])
    #expect(String(decoding: try place.bytes("rows/keys.txt"), as: UTF8.self) == "k0\nk1\nk2\n")
    let split = try place.run(
      "sequence", "split", "rows/ids.npy", "--layout", "cogview2", "--decode")
    let lines = split.output.split(separator: "\n")
    #expect(split.status == 0 && lines.count == 3)
    #expect(
      lines[2].contains(#""text":"a red cat""#) && lines[2].contains(#""second_text":"这是文件""#))
    #expect(lines[2].contains(#""tokens":[2,22,42,"#))
  }

  @Test func megatronFilesHoldTheSameIDs() throws {
    let place = try rows()
    _ = try Command.Running(
      ["sequence", "build"] + Self.head + ["-o", "rows"], in: place.url
    ).outcome()
    let built = try Command.Running(
      ["sequence", "build"] + Self.head + ["--to", "megatron", "-o", "m"], in: place.url
    ).outcome()
    #expect(built.status == 0)
    let npy = try place.bytes("rows/ids.npy")
    #expect(try place.bytes("m.bin") == Array(npy.suffix(3 * 512 * 4)))
    let index = try place.bytes("m.idx")
    #expect(index.starts(with: Array("MMIDIDX\0\0".utf8) + [1, 0, 0, 0, 0, 0, 0, 0, 4, 3]))
    #expect(index.count == 9 + 8 + 1 + 8 + 8 + 3 * 4 + 3 * 8 + 4 * 8)
  }

  @Test func tokenFilesGetColumns() throws {
    let place = try rows()
    let built = try Command.Running(
      ["sequence", "build"] + Self.head + ["--to", "tessera", "-o", "y.tessera"], in: place.url
    ).outcome()
    #expect(built.status == 0 && built.errors.isEmpty)
    let file = try TokenFile(contentsOf: place.path("y.tessera"))
    let row = try file.row(at: 1)
    #expect(row.key == "k1" && row.captions == ["a red cat", "这是文件"])
    guard case .tokens(let ids)? = row.values["sequence_ids"] else {
      Issue.record("no sequence_ids")
      return
    }
    #expect(ids.count == 512 && ids[112] == 1)
    #expect(file.header.notes["sequence_layout"] == "cogview2")
  }

  @Test func idsOfAnyTokenizerCanBeGiven() throws {
    let place = try rows()
    try place.write("5 6\n\n7\n", to: "t.ids")
    // rudolph-350m-v1 wants 16×16 tokens, so the layouts disagree; the message says so.
    let refused = try place.run(
      "sequence", "build", "x.tessera", "--layout", "rudolph-350m-v1", "--text-ids", "t.ids", "-o",
      "r")
    #expect(refused.status == 65 && refused.errors.contains("grid 0 is 20x20 tokens"))
    try place.write("20100 20101\n\n20102\n", to: "i.ids")
    let built = try Command.Running(
      ["sequence", "build"] + Self.head + ["--text-ids", "i.ids", "--to", "npy", "-o", "r"],
      in: place.url
    ).outcome()
    #expect(built.status == 0)
    let ids = try NumPyArray(bytes: place.bytes("r/ids.npy")).int32s
    #expect(Array(ids[0..<3]) == [20100, 20101, 20003] && ids[512] == 20003)
    try place.write("20100\n", to: "short.ids")
    let short = try Command.Running(
      ["sequence", "build"] + Self.head + ["--text-ids", "short.ids", "-o", "s"], in: place.url
    ).outcome()
    #expect(short.status == 65 && short.errors.contains("no line for row 1"))
  }

  @Test func misuseIsStatus2() throws {
    let place = try rows()
    for arguments in [
      ["build", "x.tessera", "--layout", "gpt", "-o", "r"],
      ["build", "x.tessera", "--layout", "rudalle", "-o", "r"],
      ["build", "x.tessera", "--layout", "cogview2-dsr", "-o", "r"],
      ["build", "x.tessera", "--layout", "cogview2-itersr", "--round", "7", "-o", "r"],
    ] {
      let outcome = try Command.Running(["sequence"] + arguments, in: place.url).outcome()
      #expect(outcome.status == 2 && outcome.complaints.count == 1)
    }
  }
}
