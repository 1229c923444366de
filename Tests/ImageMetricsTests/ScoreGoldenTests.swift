import Foundation
import ImageMetrics
import RasterImages
import TestSupport
import Testing

/// Our scores equal those of scikit-image (`Fixtures/metrics`, made by its script).
@Suite struct ScoreGoldenTests {
  struct Expected: Decodable {
    let mse: Double
    let psnr: Double?
    let ssim: Double
  }

  struct ScoreFile: Decodable { let pairs: [String: Expected] }

  static let expected: [String: Expected] = {
    do {
      let data = try Data(contentsOf: Fixtures.url("metrics/scores.json"))
      return try JSONDecoder().decode(ScoreFile.self, from: data).pairs
    } catch {
      fatalError("Fixtures/metrics/scores.json: \(error)")
    }
  }()

  @Test(arguments: expected.keys.sorted())
  func equalsScikitImage(name: String) throws {
    let expected = try #require(Self.expected[name])
    let original = try picture(fixture: "metrics/\(name).original.npy")
    let reconstruction =
      name == "identical"
      ? original : try picture(fixture: "metrics/\(name).reconstruction.npy")

    let scores = try PictureScores(of: reconstruction, against: original)

    #expect(abs(scores.meanSquaredError - expected.mse) < 1e-9)
    if let psnr = expected.psnr {
      #expect(abs(scores.psnr - psnr) < 1e-9)
    } else {
      #expect(scores.psnr == .infinity)
      #expect(scores.isIdentical)
    }
    // The contract is 1e-4; double precision gives far better.
    #expect(abs(try #require(scores.ssim) - expected.ssim) < 1e-9)
  }

  @Test func coversEveryKind() {
    #expect(Self.expected.count == 9)
  }
}
