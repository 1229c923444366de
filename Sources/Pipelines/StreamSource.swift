import Datasets
import Synchronization

/// Feeds a stream to a stage until it ends or the run is cancelled.
final class StreamSource: Sendable {
  private struct State: ~Copyable {
    var stream: any SampleStream
    var count = 0
    var wasCancelled = false
    var failure: DatasetError?
  }

  private let state: Mutex<State>
  private let isCancelled: @Sendable () -> Bool
  private let limit: Int

  /// - Parameters:
  ///   - stream: Where the inputs come from.
  ///   - limit: Inputs to take at most.
  ///   - isCancelled: Asked before every input.
  init(
    _ stream: any SampleStream, limit: Int = .max, isCancelled: @escaping @Sendable () -> Bool
  ) {
    state = Mutex(State(stream: stream))
    self.limit = limit
    self.isCancelled = isCancelled
  }

  @Sendable func next() -> SampleStreamElement? {
    state.withLock { state -> SampleStreamElement? in
      guard state.count < limit else { return nil }
      // Asked once more after the last input, a cancelled run would look unfinished: so only an
      // input that exists can be held back.
      let element: SampleStreamElement
      do throws(DatasetError) {
        guard state.failure == nil, let next = try state.stream.next() else { return nil }
        element = next
      } catch {
        state.failure = error
        return nil
      }
      if isCancelled() {
        state.wasCancelled = true
        return nil
      }
      state.count += 1
      return element
    }
  }

  /// Inputs that were handed out.
  var count: Int { state.withLock { $0.count } }
  /// Why the stream ended early, if it did.
  var failure: DatasetError? { state.withLock { $0.failure } }
  /// Whether inputs were left when the run was cancelled.
  var wasCancelled: Bool { state.withLock { $0.wasCancelled } }
}
