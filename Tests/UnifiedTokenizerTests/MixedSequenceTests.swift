import Checkpoints
import ImageCodecs
import RasterImages
import TestSupport
import Testing
import Tokens
import UnifiedTokenizer

@Suite struct MixedSequenceTests {
  private func picture(_ width: Int, _ height: Int) -> RasterImage {
    RasterImage(
      width: width, height: height,
      pixels: (0..<height).flatMap { row in
        (0..<width).flatMap { column in
          let value = UInt8((row / 8 * 16 + column / 8) & 255)
          return [value, value, value]
        }
      })
  }

  @Test func textAndPicturesComeBack() throws {
    var ice = try fixtureTokenizer(images: [RedCodec()])
    try ice.addSpecialTokens(["<start_of_image>"])
    let square = picture(32, 32)
    let ids = try ice.encode([
      .text("a glass tile <start_of_image>"), .picture(square), .text("红色"),
    ])
    #expect(
      try ice.decode(ids) == [
        .text("a glass tile <start_of_image>"), .picture(square), .text("红色"),
      ])
    #expect(try ice.encode(square) == [0, 1, 2, 3, 16, 17, 18, 19, 32, 33, 34, 35, 48, 49, 50, 51])
  }

  /// With a codec of icetk's own kind (random weights) instead of a stand-in.
  @Test func textAndPicturesGoThroughAHierarchicalCodec() throws {
    let checkpoint = try Checkpoint(contentsOf: Fixtures.url("codecs/icetk/ice_image.pt"))
    let codecs = try HierarchicalVQVAE.Rate.allCases.map {
      try HierarchicalVQVAE(checkpoint: checkpoint, rate: $0)
    }
    let eighth = try #require(codecs.first { $0.patchSize == 8 })
    var ice = try fixtureTokenizer(
      images: [eighth] + codecs.filter { $0.patchSize != 8 })
    let start = try ice.addSpecialTokens(["<start_of_image>"])
    func stored(_ name: String) throws -> RasterImage {
      let array = try NumPyArray(fixture: "codecs/icetk/\(name).picture.npy")
      return RasterImage(width: array.shape[1], height: array.shape[0], pixels: array.bytes)
    }
    let (small, large) = (try stored("coffee_64"), try stored("astronaut_128"))
    let parts: [ICETokenizer.Part] = [
      .text("a glass tile<start_of_image>"), .picture(large), .picture(small), .text("红色"),
      .picture(small),
    ]
    let ids = try ice.encode(parts)
    // icetk's own codes, which the fixture holds, stand in the sequence as they are.
    let codes = try [large, small].map { try eighth.encode($0).tokens }
    let words = ice.encode("a glass tile<start_of_image>")
    #expect(words.last == start[0])
    #expect(ids == words + codes[0] + codes[1] + ice.encode("红色") + codes[1])

    let painted = try [large, small].map { try eighth.decode(eighth.encode($0)) }
    let decoded = try ice.decode(ids, shapes: [(16, 16), (8, 8)])
    #expect(
      decoded == [
        .text("a glass tile<start_of_image>"), .picture(painted[0]), .picture(painted[1]),
        .text("红色"), .picture(painted[1]),
      ])
    for (patch, side) in [(4, 16), (16, 4)] {
      let other = try ice.encode([.text("a tile"), .picture(small)], patchSize: patch)
      #expect(other.count == ice.encode("a tile").count + side * side)
      let parts = try ice.decode(other, patchSize: patch)
      guard case .picture(let picture)? = parts.last else {
        Issue.record("no picture at \(patch) pixels per code")
        continue
      }
      #expect(parts.count == 2 && picture.width == 64 && picture.height == 64)
    }
  }

  @Test func shapesTellPicturesInOneRunApart() throws {
    let ice = try fixtureTokenizer(images: [RedCodec()])
    let pictures = [picture(32, 16), picture(8, 24), picture(16, 16)]
    let ids = try ice.encode(pictures.map { .picture($0) })
    let parts = try ice.decode(ids, shapes: [(2, 4), (3, 1)])
    #expect(parts == pictures.map { .picture($0) })
  }

  @Test func unfitRunsAreRefused() throws {
    let ice = try fixtureTokenizer(images: [RedCodec()])
    #expect(throws: UnifiedTokenizerError(.imageRunNotSquare(count: 3, index: 1))) {
      try ice.split([20010, 1, 2, 3])
    }
    #expect(throws: UnifiedTokenizerError(.imageRunTooShort(needed: 6, available: 3, index: 0))) {
      try ice.split([1, 2, 3], shapes: [(2, 3)])
    }
    #expect(throws: UnifiedTokenizerError.self) {
      try ice.split([1, 2, 3], shapes: [(.max, .max)])
    }
    let end = TokenID(ice.vocabularySize)
    #expect(
      throws: UnifiedTokenizerError(.idOutOfRange(id: Int(end), index: 2, size: Int(end)))
    ) { try ice.split([7, 20010, end]) }
    #expect(throws: UnifiedTokenizerError(.imageInText(id: 3, index: 1))) {
      try ice.decodeText([20010, 3])
    }
    #expect(throws: UnifiedTokenizerError.self) {
      try ice.encode([.grid(TokenGrid(height: 1, width: 1, tokens: [20000]))])
    }
  }

  @Test func codecsAreCheckedAndChosenByPatchSize() throws {
    let none = try fixtureTokenizer()
    #expect(throws: UnifiedTokenizerError(.noImageCodec)) { try none.encode(picture(8, 8)) }
    let ice = try fixtureTokenizer(images: [RedCodec(patchSize: 8), RedCodec(patchSize: 4)])
    #expect(try ice.encode(picture(16, 16)).count == 4)
    #expect(try ice.encode(picture(16, 16), patchSize: 4).count == 16)
    #expect(
      throws: UnifiedTokenizerError(.noSuchPatchSize(asked: 16, available: [8, 4]))
    ) { try ice.encode(picture(16, 16), patchSize: 16) }
    #expect(throws: UnifiedTokenizerError(.duplicatePatchSize(8))) {
      try fixtureTokenizer(images: [RedCodec(), RedCodec()])
    }
    #expect(
      throws: UnifiedTokenizerError(
        .codebookTooLarge(codebookSize: 20001, imageVocabularySize: 20000))
    ) { try fixtureTokenizer(images: [RedCodec(codebookSize: 20001)]) }
    do {
      _ = try ice.encode(picture(4, 4))
      Issue.record("a picture smaller than a patch was encoded")
    } catch {
      #expect("\(error)".hasPrefix("ice: codec") || "\(error)".contains("4x4"))
    }
  }
}
