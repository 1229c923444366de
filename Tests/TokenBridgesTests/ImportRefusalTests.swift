import Foundation
import Testing
import TokenBridges
import TokenFiles

@Suite struct ImportRefusalTests {
  private let importer = TokenImporter(codec: Samples.codec)

  private func refusal(
    _ importer: TokenImporter, _ place: Place, _ name: String
  ) -> BridgeError.Reason? {
    do throws(BridgeError) {
      try importer.run(place.path(name), to: place.path("out.tessera"))
      return nil
    } catch {
      return error.reason
    }
  }

  @Test func shapesThatAreNoGridsAreRefused() throws {
    let place = try Place()
    for shape in [[], [8], [2, 2, 1, 2], [1, 8]] {
      try place.write(
        Samples.npy(Array(repeating: 1, count: shape.reduce(1, *)), shape: shape), to: "a.npy")
      guard case .unsuitableShape(let found, _)? = refusal(importer, place, "a.npy") else {
        Issue.record("\(shape) was accepted")
        continue
      }
      #expect(found == shape)
    }
    #expect(!FileManager.default.fileExists(atPath: place.path("out.tessera")))
  }

  @Test func rowsBeyondTheCodebookAreRejects() throws {
    let place = try Place()
    try place.write(
      Samples.npy([1, 2, 3, 4, 1, 2, 3, 8192, -1, 2, 3, 4, 8191, 0, 0, 0], shape: [4, 2, 2]),
      to: "a.npy")
    let report = try importer.run(place.path("a.npy"), to: place.path("out.tessera"))
    #expect(report.rowCount == 2 && report.rejectCodes == ["token-out-of-range": 2])
    let rejects = try TokenFile(contentsOf: place.path("out.tessera")).rejects()
    #expect(rejects.map(\.input) == [1, 2])
    #expect(rejects[0].message == "image: token 8192 at place 3 lies outside 0..<8192")
  }

  @Test func idsThatDoNotFillRowsAreRefused() throws {
    let place = try Place()
    try place.write([UInt8](repeating: 0, count: 4 * 9), to: "a.bin")
    var importer = importer
    importer.options.grids = [GridShape(height: 2, width: 2)!]
    #expect(
      refusal(importer, place, "a.bin")
        == .sizeMismatch(what: "rows of 4 ids", expected: 48, found: 36))
    importer.options.grids = []
    guard case .options? = refusal(importer, place, "a.bin") else {
      Issue.record("ids without a grid were accepted")
      return
    }
  }

  @Test func linesOfAnotherCountAreRefused() throws {
    let place = try Place()
    try place.write(Samples.npy(Array(0..<8), shape: [2, 4]), to: "a.npy")
    var importer = importer
    importer.options.lines = place.path("a.jsonl")
    for lines in ["{}\n", "{}\n{}\n{}\n"] {
      try place.write(lines.utf8, to: "a.jsonl")
      guard case .countMismatch(_, let expected, _)? = refusal(importer, place, "a.npy") else {
        Issue.record("\(lines.count) bytes of lines were accepted")
        continue
      }
      #expect(expected == 2)
    }
  }

  @Test func tokensWithoutACodecAreRefused() throws {
    let place = try Place()
    try place.write(Samples.npy([1, 2, 3, 4], shape: [1, 4]), to: "a.npy")
    guard case .options? = refusal(TokenImporter(), place, "a.npy") else {
      Issue.record("tokens of no codec were accepted")
      return
    }
  }

  @Test func exportedFoldersOfAnotherCodecAreRefused() throws {
    let place = try Place()
    try TokenExporter(.npy).export(try Samples.golden("fifteen-bits"), to: place.path("out"))
    let other = TokenImporter(like: try Samples.golden("example").header)
    guard case .tokenFile(let error)? = refusal(other, place, "out"),
      case .headersDiffer = error.reason
    else {
      Issue.record("tokens of another codec were accepted")
      return
    }
  }

  @Test func damagedFoldersAreRefused() throws {
    let place = try Place()
    func export(_ name: String) throws {
      try? FileManager.default.removeItem(atPath: place.path("x"))
      try TokenExporter(.npy).export(try Samples.golden(name), to: place.path("x"))
    }
    try export("example")
    try place.write("{}".utf8, to: "x/header.json")
    guard case .tokenFile? = refusal(TokenImporter(), place, "x") else {
      Issue.record("an empty header was accepted")
      return
    }
    try export("example")
    try place.write(Samples.npy([1, 2, 3, 4], shape: [1, 2, 2]), to: "x/image.npy")
    guard case .countMismatch? = refusal(TokenImporter(), place, "x") else {
      Issue.record("fewer grids than lines were accepted")
      return
    }
    // A file of one row is that row's trouble alone.
    try export("ragged")
    try place.write([1, 2, 3], to: "x/image/000000003.npy")
    let report = try TokenImporter().run(place.path("x"), to: place.path("y.tessera"))
    #expect(report.rowCount == 4 && report.rejectCodes == ["unreadable": 1])
  }

  @Test func aTokenFileThatExistsIsKept() throws {
    let place = try Place()
    try place.write(Samples.npy([1, 2, 3, 4], shape: [1, 4]), to: "a.npy")
    try place.write("precious".utf8, to: "out.tessera")
    #expect(refusal(importer, place, "a.npy") == .exists)
    #expect(try place.bytes("out.tessera") == Array("precious".utf8))
  }
}
