import Dispatch
import Pipelines
import Synchronization
import TestSupport
import Testing

@Suite struct PixelBudgetTests {
  @Test func neverMoreThanTheBudgetIsHeldUnlessOneIsLarger() {
    let budget = PixelBudget(pixels: 100)
    var random = SeededGenerator(seed: 3)
    let sizes = (0..<400).map { _ in Int.random(in: 0...130, using: &random) }
    let held = Mutex((now: 0, count: 0, most: 0, crowd: 0))
    DispatchQueue.concurrentPerform(iterations: sizes.count) { index in
      budget.hold(sizes[index]) {
        held.withLock { held in
          held.now += min(sizes[index], 100)
          held.count += sizes[index] > 0 ? 1 : 0
          held.most = max(held.most, held.now)
          held.crowd = max(held.crowd, held.count)
        }
        for _ in 0..<50 { _ = held.withLock { $0.now } }
        held.withLock { held in
          held.now -= min(sizes[index], 100)
          held.count -= sizes[index] > 0 ? 1 : 0
        }
      }
    }
    let (now, count, most, _) = held.withLock { $0 }
    #expect(now == 0 && count == 0)
    #expect(most <= 100 && most > 0)
  }

  @Test func theLargestGetsItsTurnBeforeThoseThatAskLater() {
    let budget = PixelBudget(pixels: 10)
    let order = Mutex<[Int]>([])
    let inside = DispatchSemaphore(value: 0)
    let leave = DispatchSemaphore(value: 0)
    let group = DispatchGroup()
    func ask(_ pixels: Int) {
      DispatchQueue.global().async(group: group) {
        budget.hold(pixels) {
          order.withLock { $0.append(pixels) }
          if pixels == 6 {
            inside.signal()
            leave.wait()
          }
        }
      }
    }
    ask(6)
    inside.wait()
    // The whole budget has to wait for the six; a three that came later must not pass it.
    ask(10)
    while budget.waitingCount < 1 {}
    ask(3)
    while budget.waitingCount < 2 {}
    leave.signal()
    group.wait()
    #expect(order.withLock { $0 } == [6, 10, 3])
  }
}
