import ImageCodecs
import RasterImages
import Tokens

/// A codec that needs no weights: a token is the mean green of a patch of 4 × 4 pixels.
///
/// It refuses pictures whose first pixel is pure red, so that tests can have a codec fail.
struct BrightnessCodec: ImageCodec {
  var identity = CodecIdentity(
    name: "brightness", weightsDigest: String(repeating: "0", count: 64), codebookSize: 256,
    codebookDigest: String(repeating: "1", count: 64), patchSize: 4)
  var options = CodecOptions()
  var defaultRecipe: PreprocessingRecipe { .squareLanczos }

  func encode(_ image: RasterImage) throws(CodecError) -> TokenGrid {
    if image.pixels.starts(with: [255, 0, 0]) {
      throw CodecError(.emptyGrid(height: 0, width: 0), codec: "brightness")
    }
    let height = image.height / patchSize
    let width = image.width / patchSize
    var sums = [Int32](repeating: 0, count: height * width)
    for y in 0..<height * patchSize {
      for x in 0..<width * patchSize {
        sums[y / patchSize * width + x / patchSize] +=
          Int32(image.pixels[(y * image.width + x) * 3 + 1])
      }
    }
    return TokenGrid(
      height: height, width: width, tokens: sums.map { $0 / Int32(patchSize * patchSize) })
  }

  func decode(_ grid: TokenGrid) throws(CodecError) -> RasterImage {
    let width = grid.width * patchSize
    var pixels: [UInt8] = []
    for y in 0..<grid.height * patchSize {
      for x in 0..<width {
        let level = UInt8(grid[y / patchSize, x / patchSize])
        pixels += [level, level, level]
      }
    }
    return RasterImage(width: width, height: grid.height * patchSize, pixels: pixels)
  }
}
