import ImageFiles
import ImageMetrics
import Pipelines
import RasterImages
import Reports
import TestSupport
import Testing

@Suite struct ReconstructPipelineTests {
  private func pipeline(threads: Int = 1) -> ReconstructPipeline {
    var pipeline = ReconstructPipeline(
      codec: BrightnessCodec(),
      preparation: PicturePreparation(recipe: .squareLanczos, size: .square(16)))
    pipeline.threads = threads
    return pipeline
  }

  @Test func scoresAreThoseOfTheMetrics() throws {
    let folder = try PictureFolder(count: 4)
    let (section, wasCancelled) = pipeline().run(try folder.shard())
    #expect(!wasCancelled)
    #expect(section.records.map(\.key) == ["000", "001", "002", "003"])
    let picture = try ImageFile.decode(folder.bytes("002.png"))
    let seen = try PreprocessingRecipe.squareLanczos.apply(to: picture, size: .square(16))
    let codec = BrightnessCodec()
    let expected = try PictureScores(of: codec.decode(codec.encode(seen)), against: seen)
    #expect(section.records[2].scores == expected)
    #expect(section.usage.tokenCount == 4 * 16)
  }

  @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
    let folder = try PictureFolder(count: 20)
    let one = pipeline().run(try folder.shard()).section
    let many = pipeline(threads: 4).run(try folder.shard()).section
    #expect(one.records == many.records && one.usage == many.usage)
  }

  @Test func rejectsAndTheLimitAreKept() throws {
    let folder = try PictureFolder(count: 5)
    try folder.add([1, 2, 3], "001b.jpg")
    var limited = pipeline()
    limited.inputLimit = 4
    let section = limited.run(try folder.shard()).section
    #expect(section.records.map(\.key) == ["000", "001", "002"])
    #expect(section.rejects.map(\.key) == ["001b"])
  }
}
