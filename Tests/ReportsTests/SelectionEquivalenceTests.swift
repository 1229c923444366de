import Reports
import TestSupport
import Testing

/// The streaming selection equals sorting everything and cutting out the middle.
@Suite struct SelectionEquivalenceTests {
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func equalsSortingEverything(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let limit = Int.random(in: 0...9, using: &generator)
    let count = Int.random(in: 0...40, using: &generator)
    // Few distinct scores, so that ties occur; one in six is infinite, as for identical pictures.
    let scores = (0..<count).map { _ in
      let score = Int.random(in: 0...5, using: &generator)
      return score == 5 ? Double.infinity : Double(score)
    }

    var selection = ExtremeSelection<Int>(limit: limit)
    for (index, score) in scores.enumerated() { selection.insert(score: score) { index } }

    let sorted = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    let expected =
      count <= limit ? sorted : sorted.prefix((limit + 1) / 2) + sorted.suffix(limit / 2)
    #expect(selection.elements == Array(expected), "seed \(seed)")
  }

  /// Pictures are encoded only when they will be kept.
  @Test func makesNoElementItDrops() {
    var selection = ExtremeSelection<Double>(limit: 2)
    var made: [Double] = []
    for score in [5.0, 9, 7, 8, 3, 6] {
      selection.insert(score: score) {
        made.append(score)
        return score
      }
    }
    #expect(selection.elements == [3, 9])
    #expect(made == [5, 9, 3])
  }

  @Test func keepsWhatItHasWhenMakingFails() {
    struct Failure: Error {}
    var selection = ExtremeSelection<Int>(limit: 2)
    selection.insert(score: 1) { 1 }
    selection.insert(score: 2) { 2 }
    #expect(throws: Failure.self) { try selection.insert(score: 0) { throw Failure() } }
    #expect(selection.elements == [1, 2])
  }
}
