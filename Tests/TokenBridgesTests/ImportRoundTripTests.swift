import Foundation
import TestSupport
import Testing
import TokenBridges
import TokenFiles
import Tokens

@Suite struct ImportRoundTripTests {
  @Test(arguments: [
    "example", "deflate", "ragged", "fifteen-bits", "rejects-only", "empty", "compact",
    "compact-ragged",
  ])
  func anExportedFolderGivesTheSameRows(name: String) throws {
    let place = try Place()
    let file = try Samples.golden(name)
    try TokenExporter(.npy).export(file, to: place.path("out"))
    let report = try TokenImporter().run(place.path("out"), to: place.path("a.tessera"))
    #expect(report.rowCount == file.count && report.rejectCount == file.rejectCount)
    let again = try TokenFile(contentsOf: place.path("a.tessera"))
    #expect(again.header == file.header)
    #expect(try again.rejects() == file.rejects())
    for position in 0..<file.count { #expect(try again[position] == file[position]) }
    #expect(again.verify().isSound)
  }

  @Test func whatAnImportWroteComesBackByteForByte() throws {
    let place = try Place()
    var file = try Samples.golden("appended")
    for pass in ["a", "b"] {
      try TokenExporter(.npy).export(file, to: place.path(pass))
      try TokenImporter().run(place.path(pass), to: place.path(pass + ".tessera"))
      file = try TokenFile(contentsOf: place.path(pass + ".tessera"))
    }
    #expect(try place.bytes("a.tessera") == place.bytes("b.tessera"))
  }

  @Test func cogdataComesBack() throws {
    let place = try Place()
    let file = try Samples.golden("deflate")
    try TokenExporter(.cogdata).export(file, to: place.path("c.bin"))
    let importer = TokenImporter(like: file.header)
    try importer.run(place.path("c.bin"), to: place.path("c.tessera"))
    let again = try TokenFile(contentsOf: place.path("c.tessera"))
    #expect(again.header == file.header && again.count == file.count)
    for position in 0..<file.count {
      #expect(try again.grid(at: position) == file.grid(at: position))
      #expect(try again[position].key == String(format: "%09d", position))
    }
  }

  @Test func cogdataWithTextAndTwoPictures() throws {
    let place = try Place()
    let rows: [[Int32]] = [
      [5, 6, -1] + [10] + [1, 2, 3, 4], [-1, -1, -1] + [11] + [5, 6, 7, 8],
    ]
    let bytes = rows.joined().flatMap { id in
      (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * $0)) }
    }
    try place.write(bytes, to: "c.bin")
    var importer = TokenImporter(codec: Samples.codec)
    importer.options.grids = [GridShape(height: 1, width: 1)!, GridShape(height: 2, width: 2)!]
    importer.options.textLength = 3
    importer.options.textVocabularySize = 7
    try importer.run(place.path("c.bin"), to: place.path("c.tessera"))
    let file = try TokenFile(contentsOf: place.path("c.tessera"))
    #expect(try file[0].values["caption_ids"] == .tokens([5, 6]))
    #expect(try file[1].values["caption_ids"] == .tokens([]))
    #expect(
      try file[1].values["image_1x1"] == .grid(TokenGrid(height: 1, width: 1, tokens: [11])))
    #expect(try file[1].grid == TokenGrid(height: 2, width: 2, tokens: [5, 6, 7, 8]))
    let ids = try RowIDs.plain(file.header, textLength: 3)
    try TokenExporter(.cogdata, ids: ids).export(file, to: place.path("d.bin"))
    #expect(try place.bytes("d.bin") == bytes)
  }

  @Test func aFolderOfCodesAndLabels() throws {
    let place = try Place()
    for number in [0, 2, 10] {
      let start = Int64(number * 8)
      try place.write(
        Samples.npy(Array(start..<start + 8), shape: [1, 2, 4]), to: "set_codes/\(number).npy")
      try place.write(Samples.npy([Int64(number)], shape: [1]), to: "set_labels/\(number).npy")
    }
    try place.write(Samples.npy([1, 2, 3, 8192], shape: [1, 1, 4]), to: "set_codes/3.npy")
    try place.write(Samples.npy([3], shape: [1]), to: "set_labels/3.npy")
    try place.write(Samples.npy("{'descr': '|O', }"), to: "set_codes/4.npy")
    try place.write(Samples.npy([9], shape: [1]), to: "set_labels/99.npy")
    try place.write("notes".utf8, to: "set_codes/notes.txt")
    let report = try TokenImporter(codec: Samples.codec).run(
      place.path(""), to: place.path("a.tessera"))
    #expect(report.rejectCodes == ["token-out-of-range": 1, "unreadable": 2])
    let file = try TokenFile(contentsOf: place.path("a.tessera"))
    var rows = file.rows
    var found: [TokenFileRow] = []
    while let row = try rows.next() { found.append(row) }
    #expect(found.map(\.key) == ["0/0", "0/1", "2/0", "2/1", "10/0", "10/1"])
    #expect(found[3].grid == TokenGrid(height: 2, width: 2, tokens: [20, 21, 22, 23]))
    #expect(found[5].values == ["label": .integers([10])])
    #expect(try file.rejects().map(\.key) == ["3", "4", "99"])
    #expect(try file.rejects().map(\.input) == [4, 5, 8])
  }

  @Test func linesGiveKeysCaptionsAndColumns() throws {
    let place = try Place()
    try place.write(Samples.npy(Array(0..<16), shape: [4, 4]), to: "a.npy")
    let lines = #"""
      {"key": "one", "caption": "a cat", "language": "en", "crop": [1, 2, 3, 4]}
      {"language": "de", "captions": ["x", "y"], "crop": [0, 0, 0, 0], "source_size": [480, 640]}
      {"language": 5, "crop": [0, 0, 0, 0]}
      [not a line
      """#
    try place.write(lines.utf8, to: "a.jsonl")
    var importer = TokenImporter(codec: Samples.codec)
    importer.options.lines = place.path("a.jsonl")
    let report = try importer.run(place.path("a.npy"), to: place.path("a.tessera"))
    #expect(report.rejectCodes == ["bad-value": 1, "bad-line": 1])
    let file = try TokenFile(contentsOf: place.path("a.tessera"))
    #expect(
      try file[0]
        == TokenFileRow(
          key: "one", grid: TokenGrid(height: 2, width: 2, tokens: [0, 1, 2, 3]),
          captions: ["a cat"],
          values: ["language": .text("en"), "crop": .integers([1, 2, 3, 4])]))
    #expect(try file[1].captions == ["x", "y"] && file[1].sourceWidth == 640)
    #expect(file.header.column(named: "crop")?.kind == .integers(count: 4))
  }
}
