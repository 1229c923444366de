import Foundation
import ImageFiles
import RasterImages
import TestSupport
import Testing

/// Text with pictures through `ice encode --mixed` and `ice decode --mixed`.
@Suite struct ICEMixedCommandTests {
  private static let weights = Fixtures.url("codecs/icetk/ice_image.pt").path
  private static let codec = ["--codec", "ice-f8", "--weights", weights]

  private func run(_ place: Workplace, _ arguments: [String], input: String = "") throws
    -> Command.Outcome
  {
    try Command.Running(["ice"] + arguments, in: place.url, input: Array(input.utf8)).outcome()
  }

  private func pictures() throws -> Workplace {
    let place = try Workplace()
    try place.add(picture: "accept/420.jpg", as: "in/a.jpg")
    try place.add(picture: "accept/411.jpg", as: "in/b c.jpg")
    return place
  }

  private static let lines = """
    a red cat <image:in/a.jpg> 红色

    <image:in/b c.jpg><image:in/a.jpg>
    only text

    """

  @Test func picturesBecomeCodesAndPicturesAgain() throws {
    let place = try pictures()
    let encode = ["encode", "--mixed", "--size", "64", "--threads", "1"] + Self.codec
    let encoded = try run(place, encode, input: Self.lines)
    #expect(encoded.status == 0 && encoded.errors.isEmpty)
    let rows = encoded.output.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: " ").compactMap { Int($0) } }
    #expect(rows.map { $0.count { $0 < 20_000 } } == [64, 0, 128, 0, 0])
    let words = try place.run("ice", "encode", "a red cat ").output
    #expect(encoded.output.hasPrefix(words.dropLast() + " "))
    var threaded = encode
    threaded[5] = "4"
    #expect(try run(place, threaded, input: Self.lines).output == encoded.output)

    let decode = ["decode", "--mixed", "--grid", "8x8", "-o", "out"] + Self.codec
    let decoded = try run(place, decode, input: encoded.output)
    #expect(
      decoded.output == """
        a red cat<image:out/1-1.png>红色

        <image:out/3-1.png><image:out/3-2.png>
        only text

        """)
    #expect(try place.files(below: "out") == ["1-1.png", "3-1.png", "3-2.png"])
    // The same codes give the same picture, here and in the other commands.
    #expect(try place.bytes("out/1-1.png") == place.bytes("out/3-2.png"))
    #expect(try place.bytes("out/1-1.png") != place.bytes("out/3-1.png"))
    let size = try ImageFile.probe(place.bytes("out/1-1.png")).storedSize
    #expect(size == PixelSize(width: 64, height: 64))
    _ = try Command.Running(
      ["encode", "in/a.jpg", "--size", "64", "-o", "t.tessera"] + Self.codec, in: place.url
    ).outcome()
    _ = try Command.Running(["decode", "t.tessera", "-o", "t"] + Self.codec, in: place.url)
      .outcome()
    let peer = try #require(try place.files(below: "t").first)
    #expect(try place.bytes("t/" + peer) == place.bytes("out/1-1.png"))

    // Painting again changes nothing; other pictures under these names are refused.
    #expect(try run(place, decode, input: encoded.output).output == decoded.output)
    let other = encoded.output.split(separator: "\n", omittingEmptySubsequences: false)[2]
    let refused = try run(place, decode, input: other + "\n")
    #expect(refused.status == 1 && refused.errors.contains("exists already"))
  }

  /// The line that `decode` prints is one that `encode` reads.
  @Test func whatIsPrintedCanBeReadAgain() throws {
    let place = try pictures()
    let size = ["--mixed", "--size", "32"]
    let ids = try run(place, ["encode"] + size + ["cat <image:in/a.jpg> tile"]).output
    let line = try run(place, ["decode", "--mixed", "-o", "o"], input: ids).output
    #expect(line == "cat<image:o/1-1.png>tile\n")
    let again = try run(place, ["encode"] + size + ["--recipe", "none"], input: line)
    #expect(again.status == 0)
    #expect(again.output.split(separator: " ").count == ids.split(separator: " ").count)
  }

  @Test(arguments: [
    ["encode", "--mixed", "x<image:in/none.jpg>"], ["encode", "--mixed", "x<image:in/a.jpg"],
    ["encode", "--mixed", "x<image:>"], ["encode", "--mixed", "x<image:in>"],
    ["encode", "--mixed", "--image-codes", "100", "x"], ["decode", "--mixed", "-o", "o", "1 2 3"],
    ["decode", "--mixed", "-o", "o", "9000"], ["decode", "--mixed", "--grid", "2x2", "1 2 3"],
  ])
  func unusableInputIsOneLine(arguments: [String]) throws {
    let outcome = try run(try pictures(), arguments)
    #expect(outcome.status == 65 && outcome.output.isEmpty && outcome.complaints.count == 1)
  }
}
