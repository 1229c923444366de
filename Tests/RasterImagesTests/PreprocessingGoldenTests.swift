import ImageFiles
import RasterImages
import TestSupport
import Testing

/// Photographs prepared by the original programs' code (`Fixtures/preprocess`).
struct PreprocessingGoldenTests {
  @Test(
    "Each recipe gives the original's bytes",
    arguments: [
      ("lanczos-crop", "lanczos_128"), ("crop-bilinear", "rudolph_bilinear_128"),
      ("torch-bilinear", "icetk_128_noaa"), ("torch-bilinear-antialias", "icetk_128_aa"),
      ("bicubic-gap", "kandinsky_bicubic_96x128"),
      ("lanczos-crop-pillow12", "lanczos_128"),
      ("bicubic-gap-pillow12", "kandinsky_bicubic_96x128"),
    ])
  func original(recipe name: String, vector: String) throws {
    let recipe = try #require(PreprocessingRecipe(named: name))
    for photograph in ["astronaut", "chelsea", "coffee_odd"] {
      let source = try ImageFile.decode(Fixtures.bytes("preprocess/\(photograph).png"))
      let expected = try NumPyArray(fixture: "preprocess/\(photograph).\(vector).npy")
      let target = PixelSize(width: expected.shape[1], height: expected.shape[0])
      let prepared = try recipe.apply(to: source, size: target)
      #expect(prepared.pixels == expected.bytes, "\(photograph)")
    }
  }
}
