import Foundation
import ImageCodecs
import RasterImages
import SentencePieces
import TestSupport
import Tokens
import UnifiedTokenizer

/// What icetk and ChatGLM's tokenizer made of the fixture's lines (`Fixtures/ice/make.py`).
struct ICEGolden: Decodable {
  struct Section: Decodable {
    let size: Int
    let folded: [[TokenID]]
    let kept: [[TokenID]]
    let decoded: [String]
    let pieces: [[String]]
  }
  struct ChatGLM: Decodable {
    let size: Int
    let ids: [[TokenID]]
    let bare: [[TokenID]]
    let decoded: [String]
  }
  let lines: [String]
  let plain: Section
  let special: Section
  let discouraged: Section
  let chatglm: ChatGLM

  static let loaded = Result {
    try JSONDecoder().decode(
      ICEGolden.self, from: Data(contentsOf: Fixtures.url("ice/golden.json")))
  }
}

func fixtureTokenizer(images: [any ImageCodec] = []) throws -> ICETokenizer {
  try ICETokenizer(
    text: SentencePieceTokenizer(contentsOf: Fixtures.url("sentencepiece/unigram.model")),
    images: images)
}

/// Strings compared as bytes: `==` of Swift calls canonically equivalent strings equal.
func sameBytes(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

/// A codec whose code is the red value of each patch's first pixel.
struct RedCodec: ImageCodec {
  var identity: CodecIdentity
  var options = CodecOptions()
  let defaultRecipe = PreprocessingRecipe.squareLanczos

  init(patchSize: Int = 8, codebookSize: Int = 256) {
    identity = CodecIdentity(
      name: "red", weightsDigest: "", codebookSize: codebookSize, codebookDigest: "",
      patchSize: patchSize)
  }

  func encode(_ image: RasterImage) throws(CodecError) -> TokenGrid {
    let (height, width) = (image.height / patchSize, image.width / patchSize)
    guard height > 0, width > 0 else {
      throw CodecError(
        .sizeNotMultiple(height: image.height, width: image.width, patchSize: patchSize))
    }
    var tokens: [TokenID] = []
    for row in 0..<height {
      for column in 0..<width {
        tokens.append(
          TokenID(image.pixels[(row * patchSize * image.width + column * patchSize) * 3]))
      }
    }
    return TokenGrid(height: height, width: width, tokens: tokens)
  }

  func encode(_ images: [RasterImage]) throws(CodecError) -> [TokenGrid] {
    var grids: [TokenGrid] = []
    for image in images { grids.append(try encode(image)) }
    return grids
  }

  func decode(_ grid: TokenGrid) throws(CodecError) -> RasterImage {
    let (height, width) = (grid.height * patchSize, grid.width * patchSize)
    var pixels: [UInt8] = []
    for row in 0..<height {
      for column in 0..<width {
        let value = UInt8(grid[row / patchSize, column / patchSize])
        pixels += [value, value, value]
      }
    }
    return RasterImage(width: width, height: height, pixels: pixels)
  }

  func decode(_ grids: [TokenGrid]) throws(CodecError) -> [RasterImage] {
    var images: [RasterImage] = []
    for grid in grids { images.append(try decode(grid)) }
    return images
  }
}
