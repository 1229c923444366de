import Foundation
import Pipelines
import Synchronization
import TestSupport
import Testing

@Suite struct OrderedMapTests {
  /// Numbers 0, 1, … below a bound; counts how many were taken.
  private final class Numbers: Sendable {
    let taken = Mutex(0)
    let bound: Int
    init(below bound: Int) { self.bound = bound }

    @Sendable func next() -> Int? {
      taken.withLock { taken in
        guard taken < bound else { return nil }
        taken += 1
        return taken - 1
      }
    }
  }

  private func drain<Input, Output>(_ stage: OrderedMap<Input, Output>) -> [Output] {
    var outputs: [Output] = []
    while let output = stage.next() { outputs.append(output) }
    return outputs
  }

  @Test(arguments: [0, 1, 2, 7, 500], [1, 2, 3, 8])
  func resultsKeepTheOrderOfTheSource(count: Int, threads: Int) {
    let stage = OrderedMap(
      threads: threads, window: threads + 2, next: Numbers(below: count).next
    ) { number -> Int in
      var random = SeededGenerator(seed: UInt64(number))
      usleep(UInt32.random(in: 0..<200, using: &random))
      return number * 3
    }
    #expect(drain(stage) == (0..<count).map { $0 * 3 })
    #expect(stage.next() == nil)
  }

  @Test func aStageCanFeedTheNext() {
    let first = OrderedMap(threads: 2, window: 5, next: Numbers(below: 200).next) { $0 + 1 }
    let second = OrderedMap(threads: 3, window: 4, next: { first.next() }) { "\($0)" }
    #expect(drain(second) == (1...200).map { "\($0)" })
  }

  @Test func noMoreThanTheWindowIsUnderWay() {
    let numbers = Numbers(below: 1_000)
    let stage = OrderedMap(threads: 2, window: 6, next: numbers.next) { $0 }
    for consumed in 0..<100 {
      #expect(stage.next() == consumed)
      #expect(numbers.taken.withLock { $0 } <= consumed + 1 + 6)
    }
    stage.stop()
  }

  @Test func stoppingEndsTheStage() {
    let numbers = Numbers(below: .max)
    let stage = OrderedMap(threads: 4, window: 8, next: numbers.next) { $0 }
    #expect(stage.next() == 0)
    stage.stop()
    let taken = numbers.taken.withLock { $0 }
    #expect(stage.next() == nil)
    #expect(stage.next() == nil)
    #expect(numbers.taken.withLock { $0 } == taken)
  }

  @Test func stoppingAnEndedStageReturns() {
    let stage = OrderedMap(threads: 3, window: 3, next: Numbers(below: 2).next) { $0 }
    #expect(drain(stage) == [0, 1])
    stage.stop()
    #expect(stage.next() == nil)
  }
}
