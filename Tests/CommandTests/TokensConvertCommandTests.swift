import TestSupport
import Testing
import TokenFiles

@Suite struct TokensConvertCommandTests {
  @Test func compactAndBackGivesTheSameBytes() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    let compact = try place.run(
      "tokens", "convert", "x.tessera", "-o", "c.tessera", "--encoding", "compact")
    #expect(compact.status == 0 && compact.errors.isEmpty)
    #expect(try place.run("tokens", "verify", "c.tessera").status == 0)
    let file = try TokenFile(contentsOf: place.path("c.tessera"))
    #expect(file.header.column(named: "image")?.encoding == .compact)
    let packed = try place.run(
      "tokens", "convert", "c.tessera", "-o", "p.tessera", "--encoding", "packed")
    #expect(packed.status == 0 && packed.errors.isEmpty)
    #expect(try place.bytes("p.tessera") == place.bytes("x.tessera"))
  }

  @Test func encodingCompactAtOnceGivesTheConvertedBytes() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    _ = try place.run("tokens", "convert", "x.tessera", "-o", "c.tessera", "--encoding", "compact")
    let encode = try place.run(
      "encode", "in", "-o", "y.tessera", "--size", "64", "--encoding", "compact")
    #expect(encode.status == 0)
    #expect(try place.bytes("y.tessera") == place.bytes("c.tessera"))
  }

  @Test func textIsZstandardUnlessItMustBePortable() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    _ = try place.run("encode", "in", "-o", "p.tessera", "--size", "64", "--portable-text")
    func encoding(_ name: String) throws -> TokenFileColumn.Encoding? {
      try TokenFile(contentsOf: place.path(name)).header.column(named: "captions")?.encoding
    }
    #expect(try encoding("x.tessera") == .zstd)
    #expect(try encoding("p.tessera") == .deflate)
    let convert = try place.run(
      "tokens", "convert", "p.tessera", "-o", "z.tessera", "--encoding", "packed")
    #expect(convert.status == 0)
    #expect(try place.bytes("z.tessera") == place.bytes("x.tessera"))
  }

  @Test func aFileThatExistsIsKept() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    try place.write("precious", to: "c.tessera")
    let outcome = try place.run(
      "tokens", "convert", "x.tessera", "-o", "c.tessera", "--encoding", "packed")
    #expect(outcome.status == 1 && outcome.complaints.count == 1)
    #expect(try place.bytes("c.tessera") == Array("precious".utf8))
  }
}
