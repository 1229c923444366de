import Foundation
import TestSupport
import TokenFiles
import Tokens
import Testing

@Suite struct DecodeCommandTests {
  private func encoded() throws -> Workplace {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    return place
  }

  @Test func everyRowBecomesAPicture() throws {
    let place = try encoded()
    let outcome = try place.run("decode", "x.tessera", "-o", "p")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.output == "p: 6 pictures painted\n")
    #expect(
      try place.files(below: "p") == [
        "good/411.png", "good/alpha-lossless.png", "good/cmyk-adobe.png", "good/exif6.png",
        "good/grey16.png", "tiny.png",
      ])
  }

  @Test func everyFileOfAFolderGetsAFolderOfItsOwn() throws {
    let place = try encoded()
    _ = try place.run("encode", "in", "in/good", "-o", "out/deep", "--size", "16")
    let outcome = try place.run("decode", "out", "x.tessera", "-o", "p")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let files = try place.files(below: "p")
    #expect(files.count == 6 + 5 + 6)
    #expect(files.contains("deep/good/411.png") && files.contains("x/tiny.png"))
    #expect(files.contains("deep/in/good/411.png"))
    let rows = try place.run("decode", "out", "-o", "q", "--rows", "0")
    #expect(rows.status == 2 && rows.complaints.count == 1 && !place.exists("q"))
    let same = try place.run(
      "decode", "out", "out/deep/in.tessera", "out/deep/in.tessera", "-o", "q")
    #expect(same.status == 2 && same.errors.contains("is called"))
  }

  @Test func rowsAndFormatCanBeChosen() throws {
    let place = try encoded()
    let outcome = try place.run(
      "decode", "x.tessera", "-o", "p", "--rows", "1..<3", "--format", "webp", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.output == #"{"folder":"p","pictures":2}"# + "\n")
    #expect(try place.files(below: "p") == ["good/alpha-lossless.webp", "good/cmyk-adobe.webp"])
    #expect(try place.bytes("p/good/cmyk-adobe.webp").starts(with: Array("RIFF".utf8)))
    let one = try place.run("decode", "x.tessera", "-o", "q", "--rows", "5", "--format", "jpeg")
    #expect(one.status == 0)
    #expect(try place.files(below: "q") == ["tiny.jpg"])
  }

  @Test(arguments: ["4..<7", "6", "3..<2", "a..<b", "-1..<2", "..<", "1.5"])
  func rowsThatDoNotExist(rows: String) throws {
    let place = try encoded()
    let outcome = try place.run("decode", "x.tessera", "-o", "p", "--rows=\(rows)")
    #expect(outcome.status == 2 && outcome.complaints.count == 1)
    #expect(!place.exists("p"))
  }

  @Test func picturesThatExistAreKept() throws {
    let place = try encoded()
    try place.write("precious", to: "p/tiny.png")
    let outcome = try place.run("decode", "x.tessera", "-o", "p")
    #expect(outcome.status == 1 && outcome.complaints.count == 1)
    #expect(outcome.errors.contains("p/tiny.png: exists already"))
    #expect(try place.bytes("p/tiny.png") == Array("precious".utf8))
  }

  @Test func tokensOfAnotherCodecAreRefusedWithBothNamesAndDigests() throws {
    let place = try encoded()
    let file = try TokenFile(contentsOf: place.path("x.tessera"))
    var header = file.header
    header.codec = CodecIdentity(
      name: "default", weightsDigest: String(repeating: "a", count: 64),
      codebookSize: header.codec.codebookSize, codebookDigest: header.codec.codebookDigest,
      patchSize: header.codec.patchSize)
    var writer = try TokenFileWriter(to: place.path("other.tessera"), header: header)
    try writer.append(file.row(at: 0))
    try writer.finish()
    let outcome = try place.run("decode", "other.tessera", "-o", "p")
    #expect(outcome.status == 65 && outcome.complaints.count == 1)
    #expect(outcome.errors.contains(String(repeating: "a", count: 64)))
    #expect(outcome.errors.contains(file.header.codec.weightsDigest))
    #expect(!place.exists("p"))
  }

  @Test func tokensOfACodecThatIsNotEmbeddedNeedItsWeights() throws {
    let place = try encoded()
    let file = try TokenFile(contentsOf: place.path("x.tessera"))
    var header = file.header
    header.codec = CodecIdentity(
      name: "sber-f8", weightsDigest: String(repeating: "a", count: 64),
      codebookSize: header.codec.codebookSize, codebookDigest: header.codec.codebookDigest,
      patchSize: header.codec.patchSize)
    let writer = try TokenFileWriter(to: place.path("sber.tessera"), header: header)
    try writer.finish()
    let outcome = try place.run("decode", "sber.tessera", "-o", "p")
    #expect(outcome.status == 2 && outcome.complaints.count == 1)
    #expect(outcome.errors.contains("sber-f8") && outcome.errors.contains("--weights"))
    let forced = try place.run("decode", "sber.tessera", "-o", "p", "--codec", "default")
    #expect(forced.status == 65)
    #expect(forced.errors.contains("sber-f8") && forced.errors.contains("default"))
  }
}
