import ImageCodecs
import RasterImages
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
