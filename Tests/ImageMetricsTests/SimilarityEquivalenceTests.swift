import ImageMetrics
import RasterImages
import TestSupport
import Testing

/// The separable SSIM equals the definition.
@Suite struct SimilarityEquivalenceTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func equalsTheDefinition(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let width = Int.random(in: 11...40, using: &generator)
    let height = Int.random(in: 11...40, using: &generator)
    let picture = randomPicture(width: width, height: height, using: &generator)
    let other = randomPicture(width: width, height: height, using: &generator)

    let fast = try StructuralSimilarity.mean(of: picture, against: other)
    let slow = try StructuralSimilarity.referenceMean(of: picture, against: other)

    #expect(abs(fast - slow) < 1e-9, "seed \(seed), \(width)×\(height)")
  }

  @Test func isSymmetric() throws {
    var generator = SeededGenerator(seed: 7)
    let picture = randomPicture(width: 31, height: 17, using: &generator)
    let other = randomPicture(width: 31, height: 17, using: &generator)
    let there = try StructuralSimilarity.mean(of: picture, against: other)
    let back = try StructuralSimilarity.mean(of: other, against: picture)
    #expect(there == back)
  }

  @Test func isOneForIdenticalPictures() throws {
    var generator = SeededGenerator(seed: 8)
    let picture = randomPicture(width: 40, height: 40, using: &generator)
    #expect(abs(try StructuralSimilarity.mean(of: picture, against: picture) - 1) < 1e-12)
  }
}
