import Dispatch
import Synchronization

/// Bounds the pixels that threads hold decoded at the same time.
///
/// Small pictures never wait. Large ones wait until there is room for them, in the order in which
/// they asked, so that the largest gets its turn too; one that is larger than the whole budget is
/// held alone.
package final class PixelBudget: Sendable {
  /// Enough for the pictures of a camera on every thread. Decoding takes at most some nine bytes per
  /// pixel (progressive JPEG), three of them until the picture has been brought to its size.
  package static let pixelsPerThread = 24_000_000

  private struct State: ~Copyable {
    var free: Int
    var waiting: [(count: Int, turn: DispatchSemaphore)] = []

    /// Lets those in that there is room for, the first first.
    mutating func admit() {
      while let first = waiting.first, first.count <= free {
        free -= first.count
        waiting.removeFirst()
        first.turn.signal()
      }
    }
  }

  private let limit: Int
  private let state: Mutex<State>

  /// A budget for the threads of a pipeline.
  package convenience init(threads: Int) { self.init(pixels: threads * Self.pixelsPerThread) }

  /// A budget of so many pixels.
  package init(pixels: Int) {
    limit = pixels
    state = Mutex(State(free: pixels))
  }

  /// Pictures that wait for room.
  package var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Runs `body` when there is room for a picture of so many pixels, and holds that room meanwhile.
  package func hold<Result, Failure>(
    _ pixels: Int, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let count = min(max(pixels, 0), limit)
    let turn = state.withLock { state -> DispatchSemaphore? in
      if state.waiting.isEmpty, count <= state.free {
        state.free -= count
        return nil
      }
      let turn = DispatchSemaphore(value: 0)
      state.waiting.append((count, turn))
      return turn
    }
    turn?.wait()
    defer {
      state.withLock {
        $0.free += count
        $0.admit()
      }
    }
    return try body()
  }
}
