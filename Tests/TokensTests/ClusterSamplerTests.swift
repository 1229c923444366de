import Foundation
import TestSupport
import Testing
import Tokens

@Suite struct ClusterSamplerTests {
  private let map: ClusterMap
  private let logits: [Float]

  init() throws {
    var generator = SeededGenerator(seed: 92)
    map = try ClusterMap(labels: (0..<120).map { Int32($0 % 13) })
    logits = (0..<120).map { _ in Float(generator.normal() * 2) }
  }

  /// p = softmax(logits / T).
  private func softmax(_ temperature: Double) -> [Double] {
    let powers = logits.map { exp(Double($0) / temperature) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  @Test func withoutASecondTemperatureItIsTruncatedSampling() {
    let sampler = ClusterSampler(map, temperature: 1.15, clusterLimit: 4, clusterTemperature: 1)
    let p = softmax(1.15)
    let sums = (0..<13).map { k in
      zip(p, map.labels).filter { $0.1 == k }.reduce(0) { $0 + $1.0 }
    }
    let kept = Set(sums.indices.sorted { sums[$0] > sums[$1] }.prefix(4))
    let total = kept.reduce(0) { $0 + sums[$1] }
    let expected = zip(p, map.labels).map { kept.contains(Int($1)) ? $0 / total : 0 }
    for (ours, theirs) in zip(sampler.probabilities(logits), expected) {
      #expect(abs(ours - theirs) < 1e-12)
    }
  }

  @Test func theSecondTemperatureActsInsideAClusterOnly() {
    let plain = ClusterSampler(map, temperature: 1.5, clusterLimit: 100)
    let sharp = ClusterSampler(map, temperature: 1.5, clusterLimit: 100, clusterTemperature: 0.5)
    let (a, b) = (plain.probabilities(logits), sharp.probabilities(logits))
    for k in 0..<13 {
      let tokens = map.members[k].map { Int($0) }
      let (sumA, sumB) = (tokens.reduce(0) { $0 + a[$1] }, tokens.reduce(0) { $0 + b[$1] })
      #expect(abs(sumA - sumB) < 1e-12)
      for token in tokens {
        // softmax(l / 0.5) is proportional to p squared.
        let squares = tokens.reduce(0) { $0 + a[$1] * a[$1] }
        #expect(abs(b[token] / sumB - a[token] * a[token] / squares) < 1e-9)
      }
    }
  }

  @Test func drawsFollowTheProbabilities() {
    let sampler = ClusterSampler(map, temperature: 1, clusterLimit: 3, clusterTemperature: 0.8)
    let expected = sampler.probabilities(logits)
    #expect(abs(expected.reduce(0, +) - 1) < 1e-12)
    var generator = SeededGenerator(seed: 93)
    var counts = [Double](repeating: 0, count: 120)
    for _ in 0..<20_000 { counts[Int(sampler.sample(logits, using: &generator))] += 1 }
    for (count, p) in zip(counts, expected) {
      #expect(abs(count / 20_000 - p) < 5 * (p * (1 - p) / 20_000).squareRoot() + 1e-9)
    }
    var again = SeededGenerator(seed: 94)
    var once = SeededGenerator(seed: 94)
    #expect(sampler.sample(logits, using: &again) == sampler.sample(logits, using: &once))
  }

  @Test func excludedTokensAreNeverDrawn() {
    var logits = logits
    for token in 0..<120 where token != 77 { logits[token] = -.infinity }
    var generator = SeededGenerator(seed: 95)
    #expect(ClusterSampler(map).sample(logits, using: &generator) == 77)
    #expect(ClusterSampler(map).probabilities(logits)[77] == 1)
  }

  @Test func mapsAreWrittenAsNumPyReadsThem() throws {
    let npy = map.npy
    #expect(try ClusterMap(npy: npy) == map)
    let array = try NumPyArray(bytes: npy)
    #expect(
      array.type == "<i8" && array.shape == [120] && array.int64s == map.labels.map(Int64.init))
    #expect((npy.count - 120 * 8) % 64 == 0)
  }

  @Test func brokenMapsAreRefused() {
    #expect(throws: ClusterMap.Malformed.self) { try ClusterMap(labels: []) }
    #expect(throws: ClusterMap.Malformed.self) { try ClusterMap(labels: [0, -1]) }
    #expect(throws: ClusterMap.Malformed.self) { try ClusterMap(labels: [0, 2]) }
    for length in 0..<map.npy.count {
      #expect(throws: ClusterMap.Malformed.self) {
        try ClusterMap(npy: Array(map.npy[..<length]))
      }
    }
  }
}
