import RasterImages
import TestSupport
import Testing

struct PreprocessingRecipeTests {
  @Test("Every recipe gives the asked size, and leaves a picture of that size alone")
  func sizes() throws {
    let target = PixelSize(width: 24, height: 16)
    for recipe in PreprocessingRecipe.all where recipe != .none {
      for source in [
        PixelSize(width: 1, height: 1), PixelSize(width: 300, height: 1),
        PixelSize(width: 1, height: 300), PixelSize(width: 97, height: 61),
        PixelSize(width: 30_000, height: 10), PixelSize(width: 10, height: 30_000),
      ] {
        let image = RasterImage.noise(source, seed: 3)
        #expect(try recipe.apply(to: image, size: target).size == target, "\(recipe.name)")
      }
      let fitting = RasterImage.noise(target, seed: 4)
      #expect(try recipe.apply(to: fitting, size: target) == fitting, "\(recipe.name)")
    }
  }

  @Test("Recipes are found by name, and only by name")
  func names() {
    for recipe in PreprocessingRecipe.all {
      #expect(PreprocessingRecipe(named: recipe.name) == recipe)
      #expect(recipe.description.hasPrefix(recipe.name + "/"))
    }
    #expect(PreprocessingRecipe(named: "Square-Lanczos") == nil)
    #expect(Set(PreprocessingRecipe.all.map(\.name)).count == PreprocessingRecipe.all.count)
  }

  @Test("Without a recipe, a picture of another size is an error that names both sizes")
  func wrongSize() {
    let image = RasterImage.gradient(PixelSize(width: 5, height: 4))
    let error = #expect(throws: RasterImageError.self) {
      try PreprocessingRecipe.none.apply(to: image, size: .square(8))
    }
    #expect(
      error?.reason
        == .wrongSize(found: PixelSize(width: 5, height: 4), expected: .square(8)))
    #expect(error?.code == "wrong-size")
  }
}
