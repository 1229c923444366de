import Foundation
import TestSupport
import Testing
import TokenBridges
import TokenFiles

/// Exports equal what NumPy, `tarfile` and `struct` wrote (`Fixtures/token-bridges/make.py`).
@Suite struct ExportGoldenTests {
  private func golden(_ name: String) throws -> [UInt8] {
    try Fixtures.bytes("token-bridges/\(name)")
  }

  @Test func npyFolder() throws {
    let place = try Place()
    let file = try Samples.golden("example")
    #expect(try TokenExporter(.npy).export(file, to: place.path("out")) == [place.path("out")])
    for name in ["image.npy", "rows.jsonl", "rejects.jsonl"] {
      #expect(try place.bytes("out/\(name)") == golden(name), "\(name)")
    }
    #expect(try place.bytes("out/header.json") == Array(file.header.json.utf8) + [0x0A])
    #expect(try place.names == ["out"])
  }

  @Test func someRowsOfAFile() throws {
    let place = try Place()
    try TokenExporter(.npy).export(
      try Samples.golden("example"), to: place.path("out"), rows: 1..<3)
    let array = try NPYArray(contentsOf: place.path("out/image.npy"))
    #expect(array.header == NPYHeader(type: .uint16, shape: [2, 2, 2]))
    let lines = try place.bytes("out/rows.jsonl").split(separator: 0x0A)
    #expect(try lines.elementsEqual(golden("rows.jsonl").split(separator: 0x0A)[1...]))
    // Rejects are those of all inputs.
    #expect(!FileManager.default.fileExists(atPath: place.path("out/rejects.jsonl")))
  }

  @Test func lines() throws {
    let place = try Place()
    try TokenExporter(.jsonl).export(try Samples.golden("ragged"), to: place.path("a.jsonl"))
    #expect(try place.bytes("a.jsonl") == golden("all.jsonl"))
  }

  @Test(arguments: [("small", 50_000), ("large", 60_000)])
  func megatron(name: String, offset: Int) throws {
    let place = try Place()
    let file = try Samples.golden("example")
    let ids = try RowIDs.plain(file.header, idOffset: offset)
    try TokenExporter(.megatron, ids: ids).export(file, to: place.path("m.bin"))
    #expect(try place.bytes("m.bin") == golden("\(name).bin"))
    #expect(try place.bytes("m.idx") == golden("\(name).idx"))
  }

  @Test func megatronWithText() throws {
    let place = try Place()
    let file = try Samples.golden("ragged")
    let ids = try RowIDs.plain(file.header, textLength: 6, padding: 7)
    try TokenExporter(.megatron, ids: ids).export(file, to: place.path("m"))
    #expect(try place.bytes("m.bin") == golden("text.bin"))
    #expect(try place.bytes("m.idx") == golden("text.idx"))
  }

  @Test func cogdata() throws {
    let place = try Place()
    try TokenExporter(.cogdata).export(try Samples.golden("example"), to: place.path("c.bin"))
    #expect(try place.bytes("c.bin") == golden("cogdata.bin"))
  }

  @Test func webDataset() throws {
    let place = try Place()
    try TokenExporter(.webdataset).export(try Samples.golden("ragged"), to: place.path("w.tar"))
    let found = members(ofTar: try place.bytes("w.tar"))
    let expected = members(ofTar: try golden("samples.tar"))
    #expect(found.map(\.name) == expected.map(\.name))
    for (one, other) in zip(found, expected) { #expect(one.bytes == other.bytes, "\(one.name)") }
    try TokenExporter(.webdataset).export(try Samples.golden("ragged"), to: place.path("v.tar"))
    #expect(try place.bytes("v.tar") == place.bytes("w.tar"))
  }

  @Test func keysBecomeSafeSampleNames() throws {
    let place = try Place()
    let long = String(repeating: "é", count: 120)
    let file = try Samples.file(keys: [
      "a.jpg", "a.png", "b.c.d.webp", "../../etc/passwd", "/x", "v.1/x.jpg", "", "__meta__/y", long,
      "v1.5", ".hidden.jpg",
    ])
    try TokenExporter(.webdataset).export(file, to: place.path("w.tar"))
    let names = members(ofTar: try place.bytes("w.tar")).map(\.name).filter { $0.hasSuffix(".txt") }
    #expect(
      names == [
        "a.txt", "a~1.txt", "b_c_d.txt", "_./_./etc/passwd.txt", "x.txt", "v.1/x.txt", "row~6.txt",
        "_meta__/y.txt", String(repeating: "é", count: 100) + ".txt", "v1_5.txt", "_hidden.txt",
      ])
  }

  @Test func captionsStandOnLinesOfTheirOwn() throws {
    let place = try Place()
    let captions = ["one\r\ntwo", "three", ""]
    try TokenExporter(.webdataset).export(
      try Samples.file(keys: ["k"], captions: captions), to: place.path("w.tar"))
    let found = members(ofTar: try place.bytes("w.tar"))
    #expect(found.map(\.name) == ["k.npy", "k.txt", "k.json"])
    #expect(String(decoding: found[1].bytes, as: UTF8.self) == "one  two\nthree\n")
    #expect(
      String(decoding: found[2].bytes, as: UTF8.self)
        == #"{"captions":["one\r\ntwo","three",""],"key":"k","source_size":[0,0]}"#)
  }
}
