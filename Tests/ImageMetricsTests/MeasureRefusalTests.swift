import ImageMetrics
import RasterImages
import Testing
import Tokens

@Suite struct MeasureRefusalTests {
  @Test func sizesDiffer() throws {
    let picture = flatPicture(width: 20, height: 12, level: 1)
    let other = flatPicture(width: 12, height: 20, level: 1)
    let calls: [() throws -> Void] = [
      { _ = try PictureScores(of: picture, against: other) },
      { _ = try PeakSignalToNoiseRatio.decibels(of: picture, against: other) },
      { _ = try StructuralSimilarity.mean(of: picture, against: other) },
      { _ = try ErrorHeatMap().picture(of: picture, against: other) },
    ]
    for call in calls {
      let error = #expect(throws: ImageMetricsError.self) { try call() }
      #expect(
        error?.reason == .sizesDiffer(width: 20, height: 12, otherWidth: 12, otherHeight: 20))
    }
  }

  @Test(arguments: [(10, 40), (40, 10), (1, 1)])
  func smallerThanWindow(width: Int, height: Int) throws {
    let picture = flatPicture(width: width, height: height, level: 9)
    let error = #expect(throws: ImageMetricsError.self) {
      try StructuralSimilarity.mean(of: picture, against: picture)
    }
    #expect(error?.reason == .smallerThanWindow(width: width, height: height, window: 11))
    #expect(error?.description.contains("\(width)×\(height)") == true)
    // Scores of such a picture exist; only its SSIM does not.
    let scores = try PictureScores(of: picture, against: picture)
    #expect(scores.ssim == nil)
    #expect(scores.psnr == .infinity)
  }

  @Test(arguments: [(-1, 2), (4, 0), (.max, 3)] as [(TokenID, Int)])
  func tokenOutsideCodebook(token: TokenID, offset: Int) {
    var usage = CodebookUsage(codebookSize: 4)
    var tokens: [TokenID] = [0, 1, 2, 3]
    tokens[offset] = token
    let grid = TokenGrid(height: 2, width: 2, tokens: tokens)
    let error = #expect(throws: ImageMetricsError.self) { try usage.add(grid) }
    #expect(error?.reason == .tokenOutsideCodebook(token: token, codebookSize: 4))
    #expect(error?.offset == offset)
    #expect(usage == CodebookUsage(codebookSize: 4))
  }

  @Test func codebookSizesDiffer() {
    var usage = CodebookUsage(codebookSize: 4)
    let error = #expect(throws: ImageMetricsError.self) {
      try usage.merge(CodebookUsage(codebookSize: 5))
    }
    #expect(error?.reason == .codebookSizesDiffer(4, 5))
  }
}
