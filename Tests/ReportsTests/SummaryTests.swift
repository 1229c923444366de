import ImageMetrics
import RasterImages
import Reports
import Testing
import Tokens

@Suite struct SummaryTests {
  @Test func meansLeaveIdenticalPicturesOut() throws {
    var section = Samples.section()
    var expected: [PictureScores] = []
    for (index, error) in [30, 0, 8, 15].enumerated() {
      let picture = try Samples.picture(key: "\(index)", error: error, seed: UInt64(index))
      if error > 0 { expected.append(picture.scores) }
      try section.append(picture)
    }
    section.append(ReportReject(key: "bad", stage: "decode", code: "empty", message: "no bytes"))

    let summary = section.summary
    #expect(summary.pictureCount == 4)
    #expect(summary.identicalCount == 1)
    #expect(summary.rejectCount == 1)
    let psnr = try #require(summary.psnr)
    #expect(abs(psnr.mean - expected.map(\.psnr).reduce(0, +) / 3) < 1e-12)
    #expect(psnr.minimum == expected[0].psnr)
    #expect(psnr.maximum == expected[1].psnr)
    #expect(psnr.median == expected[2].psnr)
    // SSIM has no such exception.
    #expect(try #require(summary.ssim).maximum > 0.999_999)
  }

  /// 64 codewords take 6 bits; 6 tokens stand for 24 × 16 pixels.
  @Test func ratesCountAllPixels() throws {
    var section = Samples.section()
    try section.append(Samples.picture(key: "a"))
    try section.append(Samples.picture(key: "b", width: 48, height: 32, seed: 2))
    let summary = section.summary
    #expect(summary.bitsPerToken == 6)
    #expect(summary.tokenCount == 6 + 24)
    #expect(summary.pixelCount == 24 * 16 + 48 * 32)
    #expect(summary.bitsPerPixel == 6.0 / 64)
    #expect(summary.entropyBitsPerPixel == section.usage.entropy / 64)
    #expect(summary.usedCodeCount + summary.deadCodeCount == 64)
  }

  @Test(arguments: [(1, 0), (2, 1), (3, 2), (8192, 13), (8193, 14), (20000, 15)])
  func tokensTakeWholeBits(codebookSize: Int, bits: Int) {
    let codec = CodecIdentity(
      name: "k", weightsDigest: "", codebookSize: codebookSize, codebookDigest: "", patchSize: 8)
    let section = CodecSection(codec: codec, recipe: "", policy: "")
    #expect(section.summary.bitsPerToken == bits)
    #expect(section.summary.psnr == nil)
    #expect(section.summary.bitsPerPixel == 0)
  }

  @Test func tooSmallPicturesHaveNoSimilarity() throws {
    var section = Samples.section()
    try section.append(Samples.picture(key: "small", width: 8, height: 8))
    #expect(section.summary.ssim == nil)
    #expect(section.summary.psnr != nil)
    let report = ReconstructionReport(title: "Small", sections: [section])
    #expect(report.html.contains("SSIM <b>–</b>"))
  }
}

@Suite struct AppendRefusalTests {
  @Test func sizesDiffer() throws {
    let small = RasterImage(width: 8, height: 8, pixels: [UInt8](repeating: 0, count: 192))
    let large = RasterImage(width: 16, height: 8, pixels: [UInt8](repeating: 0, count: 384))
    let error = #expect(throws: ReportError.self) {
      try ReconstructedPicture(
        key: "cat", original: small, reconstruction: large,
        tokens: TokenGrid(height: 1, width: 1, tokens: [0]))
    }
    #expect(error?.key == "cat")
    guard case .notMeasured(let cause) = error?.reason else {
      Issue.record("expected notMeasured, got \(String(describing: error))")
      return
    }
    #expect(cause.reason == .sizesDiffer(width: 16, height: 8, otherWidth: 8, otherHeight: 8))
    #expect(error?.description.hasPrefix("cat: cannot compare a 16×8 picture") == true)
  }

  /// Nothing of a refused picture stays behind.
  @Test func tokenOutsideCodebook() throws {
    var section = Samples.section()
    try section.append(Samples.picture(key: "good"))
    let before = ReconstructionReport(title: "", sections: [section])
    let good = try Samples.picture(key: "bad", seed: 3)
    let bad = try ReconstructedPicture(
      key: "bad", original: good.original, reconstruction: good.reconstruction,
      tokens: TokenGrid(height: 1, width: 2, tokens: [63, 64]))
    #expect(throws: ReportError.self) { try section.append(bad) }
    let after = ReconstructionReport(title: "", sections: [section])
    #expect(before.html == after.html)
    #expect(before.csv == after.csv)
    #expect(section.usage.tokenCount == 6)
  }
}
