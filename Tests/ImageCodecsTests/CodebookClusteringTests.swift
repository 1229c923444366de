import Foundation
import ImageCodecs
import TensorKernels
import TestSupport
import Testing
import Tokens

@Suite struct CodebookClusteringTests {
  /// Points around a few far-apart centres, in shuffled order.
  private func blobs(_ centers: Int, _ each: Int, dimension: Int, seed: UInt64) -> (Tensor, [Int]) {
    var generator = SeededGenerator(seed: seed)
    let middles = (0..<centers).map { _ in (0..<dimension).map { _ in generator.normal() * 20 } }
    var owners = (0..<centers * each).map { $0 % centers }
    owners.shuffle(using: &generator)
    let values = owners.flatMap { owner in middles[owner].map { Float($0 + generator.normal()) } }
    return (Tensor(height: 1, width: owners.count, channels: dimension, values: values), owners)
  }

  @Test func farApartGroupsAreFound() throws {
    let (points, owners) = blobs(7, 40, dimension: 11, seed: 96)
    let clustering = try CodebookClustering(points, count: 7, seed: 3)
    #expect(clustering.hasConverged && clustering.map.clusterCount == 7)
    var seen: [Int: Int32] = [:]
    for (owner, label) in zip(owners, clustering.map.labels) {
      #expect(seen[owner, default: label] == label)
      seen[owner] = label
    }
    #expect(Set(seen.values).count == 7)
    // Labels are numbered as they first appear.
    #expect(clustering.map.labels[0] == 0)
  }

  @Test func everyCodewordIsInItsNearestCluster() throws {
    let (points, _) = blobs(30, 10, dimension: 8, seed: 97)
    let clustering = try CodebookClustering(points, count: 12, seed: 5)
    func distance(_ point: Int, _ center: Int) -> Double {
      (0..<8).reduce(0) { sum, d in
        let difference =
          Double(points.values[point * 8 + d]) - Double(clustering.centroids[center * 8 + d])
        return sum + difference * difference
      }
    }
    var total = 0.0
    for point in 0..<300 {
      let own = distance(point, Int(clustering.map.labels[point]))
      total += own
      for center in 0..<12 { #expect(own <= distance(point, center) + 1e-3) }
    }
    #expect(abs(clustering.distortion - total / 300) < 1e-3 * total / 300)
    for (label, token) in clustering.representatives.enumerated() {
      #expect(clustering.map.labels[Int(token)] == Int32(label))
    }
  }

  @Test func threadsAndRunsAgreeAndSeedsDiffer() throws {
    let (points, _) = blobs(20, 30, dimension: 16, seed: 98)
    let first = try CodebookClustering(points, count: 40, seed: 1)
    #expect(try CodebookClustering(points, count: 40, seed: 1, threads: 2).map == first.map)
    #expect(try CodebookClustering(points, count: 40, seed: 2).map != first.map)
  }

  @Test func equalCodewordsStillFillEveryCluster() throws {
    let points = Tensor(
      height: 1, width: 9, channels: 2,
      values: [Float](repeating: 1, count: 10) + [5, 5, 6, 6, 5, 5, 7, 7])
    let clustering = try CodebookClustering(points, count: 6)
    #expect(clustering.map.clusterCount == 6 && Set(clustering.map.labels).count == 6)
    #expect(try CodebookClustering(points, count: 1).map.labels == Array(repeating: 0, count: 9))
  }

  @Test func theEmbeddedCodecShowsItsCodewords() throws {
    let codec = try CodecCatalog.embedded()
    let codewords = try #require(try codec.codewords())
    #expect(codewords.width == codec.codebookSize && codewords.channels > 1)
  }

  /// The goal of issue 8, on random codewords (the hardest case: nothing to converge to).
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["TESSERA_MEASURE"] != nil,
      "a measurement; set TESSERA_MEASURE to run it"))
  func aCodebookOfICESizeTakesSeconds() throws {
    var generator = SeededGenerator(seed: 99)
    let points = Tensor(
      height: 1, width: 20_000, channels: 256,
      values: (0..<20_000 * 256).map { _ in Float(generator.normal()) })
    let clock = ContinuousClock()
    var rounds = 0
    let time = try clock.measure {
      rounds = try CodebookClustering(points, count: 500, threads: 2).iterationCount
    }
    print("20,000 x 256 into 500: \(rounds) rounds in \(time)")
    #expect(time < .seconds(20))
  }
}
