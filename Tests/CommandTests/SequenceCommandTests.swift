import Foundation
import TestSupport
import Testing
import TokenFiles
import Tokens

@Suite struct SequenceCommandTests {
  /// Three rows of 20×20 tokens with two captions each.
  private func rows() throws -> Workplace {
    let place = try Workplace()
    try write("x.tessera", side: 20, to: place)
    return place
  }

  /// A token file of three rows; row `r` holds at place `i` the token `(i * 20 + r) % 8192`.
  private func write(
    _ name: String, side: Int, keys: [String] = ["k0", "k1", "k2"], to place: Workplace
  ) throws {
    let codec = CodecIdentity(
      name: "default", weightsDigest: String(repeating: "a", count: 64), codebookSize: 8192,
      codebookDigest: String(repeating: "b", count: 64), patchSize: 8)
    var writer = try TokenFileWriter(
      to: place.path(name),
      header: TokenFileHeader(
        codec: codec, recipe: .init(name: "square-lanczos", size: side * 8), policy: "balanced",
        gridHeight: side, gridWidth: side))
    for (row, key) in keys.enumerated() {
      try writer.append(
        TokenFileRow(
          key: key,
          grid: TokenGrid(
            height: side, width: side,
            tokens: (0..<side * side).map { TokenID(($0 * 20 + row) % 8192) }),
          captions: ["a red cat", "这是文件"]))
    }
    try writer.finish()
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

  private func array(_ name: String, _ place: Workplace) throws -> [TokenID] {
    let array = try NumPyArray(bytes: place.bytes(name))
    #expect(array.shape == [3, array.int32s.count / 3])
    return array.int32s
  }

  /// CogView2's direct super-resolution: [96 text | 400 coarse | 3600 fine], from two token files.
  @Test func directSuperResolutionTakesCoarseAndFine() throws {
    let place = try rows()
    try write("fine.tessera", side: 60, to: place)
    let layout = ["--layout", "cogview2-dsr"]
    let built = try Command.Running(
      ["sequence", "build", "x.tessera", "fine.tessera"] + layout + ["-o", "rows"], in: place.url
    ).outcome()
    #expect(built.status == 0 && built.errors.isEmpty)
    #expect(
      built.output.hasPrefix("3 rows of 4,096 ids") || built.output.hasPrefix("3 rows of 4096 ids"))
    let words = try place.run("ice", "encode", "a red cat").output.split(
      whereSeparator: \.isWhitespace
    )
    .compactMap { TokenID($0) }
    let (ids, inputs, positions) = (
      try array("rows/ids.npy", place), try array("rows/inputs.npy", place),
      try array("rows/positions.npy", place)
    )
    for row in 0..<3 {
      let start = row * 4096
      let text = Array(repeating: TokenID(0), count: 96 - words.count) + words
      let coarse = (0..<400).map { TokenID($0 * 20 + row) }
      #expect(Array(ids[start..<start + 96]) == text)
      #expect(Array(ids[start + 96..<start + 496]) == coarse)
      #expect(
        Array(ids[start + 496..<start + 4096])
          == (0..<3600).map { TokenID(($0 * 20 + row) % 8192) })
      #expect(Array(inputs[start..<start + 496]) == text + coarse)
      // The model is given `<start_of_image>` where it is to paint.
      #expect(inputs[start + 496..<start + 4096].allSatisfy { $0 == 36_000 })
      #expect(
        Array(positions[start..<start + 4096])
          == Array(repeating: 0, count: 96 - words.count) + Array(0..<TokenID(words.count))
          + Array(513..<913) + Array(1024..<4624))
    }
    let split = try Command.Running(
      ["sequence", "split", "rows/ids.npy", "--decode"] + layout, in: place.url
    ).outcome()
    let line = try #require(split.output.split(separator: "\n").last)
    #expect(split.status == 0 && line.contains(#""text":"a red cat""#))
    #expect(line.contains(#"{"height":20,"tokens":[2,22,42,"#) && line.contains(#"{"height":60,"#))
  }

  /// Rows of two files belong together by their keys, and each file has its place.
  @Test func filesThatDoNotFitTogetherAreRefused() throws {
    let place = try rows()
    try write("fine.tessera", side: 60, to: place)
    try write("other.tessera", side: 60, keys: ["k0", "k2", "k1"], to: place)
    try write("short.tessera", side: 60, keys: ["k0", "k1"], to: place)
    for (files, message) in [
      (["fine.tessera", "x.tessera"], "grid 0 is 60x60 tokens, the layout has 20x20"),
      (["x.tessera", "other.tessera"], "row 1: x.tessera has key 'k1', other.tessera has 'k2'"),
      (["x.tessera", "short.tessera"], "short.tessera has 2 rows, x.tessera has 3"),
    ] {
      let refused = try Command.Running(
        ["sequence", "build"] + files + ["--layout", "cogview2-dsr", "-o", "rows"], in: place.url
      ).outcome()
      #expect(refused.status == 65 && refused.complaints.count == 1)
      #expect(refused.errors.contains(message), "\(refused.errors)")
      #expect(!place.exists("rows/ids.npy"))
    }
  }

  /// CogView2's iterative super-resolution: [16 text | 3600 image], of which a round masks a part.
  @Test(arguments: [1, 4, 6]) func iterativeSuperResolutionMasksItsRound(round: Int) throws {
    let place = try Workplace()
    try write("fine.tessera", side: 60, to: place)
    let layout = ["--layout", "cogview2-itersr", "--round", "\(round)"]
    let built = try Command.Running(
      ["sequence", "build", "fine.tessera"] + layout + ["-o", "rows"], in: place.url
    ).outcome()
    #expect(built.status == 0 && built.errors.isEmpty)
    let (ids, inputs) = (try array("rows/ids.npy", place), try array("rows/inputs.npy", place))
    #expect(ids.count == 3 * 3616)
    // The 6×6 pattern of the specification, tiled: numbers of the round or above are masked.
    let pattern = [
      [-1, 0, 1, 2, 3, 4], [0, -1, 2, -1, -2, 5], [1, -2, 3, 4, 5, 6], [2, 3, 4, 5, -1, 1],
      [3, -1, -2, 0, -1, 2], [4, 5, 6, 1, 3, -2],
    ]
    for index in 0..<3600 {
      let token = TokenID((index * 20 + 2) % 8192)
      let place = 2 * 3616 + 16 + index
      let masked = pattern[index / 60 % 6][index % 60 % 6] >= round
      #expect(ids[place] == token && inputs[place] == (masked ? 36_000 : token))
    }
    let positions = try array("rows/positions.npy", place)
    #expect(Array(positions[16..<3616]) == Array(1024..<4624))
    let split = try Command.Running(
      ["sequence", "split", "rows/ids.npy", "--decode"] + layout, in: place.url
    ).outcome()
    #expect(split.status == 0 && split.output.contains(#""text":"a red cat""#))
  }

  @Test func theListSaysWhatEachLayoutNeeds() throws {
    let list = try Command.run("sequence", "list")
    #expect(list.status == 0)
    for name in SequenceLayout.names {
      #expect(list.output.contains("\n\(name) ") || list.output.hasPrefix(name))
    }
    #expect(
      list.output.contains("needs token files of 20x20 and 60x60 tokens, in this order"))
    #expect(list.output.contains("a second text, with --second-caption"))
    let json = try Command.run("sequence", "list", "--json").output.split(separator: "\n")
    #expect(json.count == SequenceLayout.names.count)
    #expect(json.allSatisfy { $0.contains(#""text_model":""#) })
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
