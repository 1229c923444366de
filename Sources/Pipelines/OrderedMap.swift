import Dispatch
import Synchronization

/// One stage of a pipeline: applies a function to elements on several threads and hands the results
/// out in the order of the elements.
///
/// At most `window` elements are between the source and the consumer, being worked on or waiting
/// for their turn, so memory is bounded whatever the stages' speeds. A stage can be the source of
/// the next. What comes out does not depend on the number of threads.
package final class OrderedMap<Input: Sendable, Output: Sendable>: Sendable {
  private struct Slots {
    var outputs: [Output?]
    /// Position after the last element, once the source has ended.
    var end: Int?
    var stopped = false
  }

  private struct Source: ~Copyable {
    let next: @Sendable () -> Input?
    var position = 0
    var ended = false
  }

  private let transform: @Sendable (Input) -> Output
  private let source: Mutex<Source>
  private let slots: Mutex<Slots>
  private let taken = Mutex(0)
  private let window: Int
  private let threads: Int
  /// One permit per element that may still enter.
  private let admission = DispatchSemaphore(value: 0)
  /// `filled[p % window]` is signalled when element `p` is done, or known not to exist.
  private let filled: [DispatchSemaphore]
  private let workers = DispatchGroup()

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - threads: Threads that apply `transform`, at least 1.
  ///   - window: Elements between source and consumer, at least `threads`.
  ///   - next: Yields the elements, nil at the end; called by one thread at a time.
  ///   - transform: Called from any of the threads.
  package init(
    threads: Int, window: Int, next: @escaping @Sendable () -> Input?,
    transform: @escaping @Sendable (Input) -> Output
  ) {
    precondition(
      threads >= 1 && window >= threads, "\(threads) threads with a window of \(window)")
    self.threads = threads
    self.window = window
    self.transform = transform
    source = Mutex(Source(next: next))
    slots = Mutex(Slots(outputs: Array(repeating: nil, count: window)))
    filled = (0..<window).map { _ in DispatchSemaphore(value: 0) }
    for _ in 0..<window { admission.signal() }
    for number in 0..<threads {
      DispatchQueue(label: "tessera.stage.\(number)").async(group: workers) { self.work() }
    }
  }

  /// The next result, in the order of the source; nil at its end. One thread may call this.
  package func next() -> Output? {
    let position = taken.withLock { $0 }
    filled[position % window].wait()
    let output = slots.withLock { slots -> Output? in
      guard !slots.stopped, slots.end.map({ position < $0 }) ?? true else { return nil }
      defer { slots.outputs[position % window] = nil }
      return slots.outputs[position % window]
    }
    guard let output else {
      // So that every later call returns nil too.
      filled[position % window].signal()
      return nil
    }
    taken.withLock { $0 += 1 }
    admission.signal()
    return output
  }

  /// Lets elements that are being worked on finish, drops them, and ends the stage.
  ///
  /// Returns when its threads have ended. Afterwards ``next()`` returns nil.
  package func stop() {
    slots.withLock { $0.stopped = true }
    for _ in 0..<threads { admission.signal() }
    workers.wait()
    filled[taken.withLock { $0 } % window].signal()
  }

  private func work() {
    while true {
      admission.wait()
      if slots.withLock({ $0.stopped }) { return }
      let (position, input, isFirstEnd) = source.withLock { source -> (Int, Input?, Bool) in
        guard !source.ended else { return (source.position, nil, false) }
        guard let input = source.next() else {
          source.ended = true
          return (source.position, nil, true)
        }
        source.position += 1
        return (source.position - 1, input, false)
      }
      guard let input else {
        if isFirstEnd {
          slots.withLock { $0.end = position }
          filled[position % window].signal()
        }
        // The other threads may be waiting for a permit that no consumer will give any more.
        admission.signal()
        return
      }
      let output = transform(input)
      slots.withLock { $0.outputs[position % window] = output }
      filled[position % window].signal()
    }
  }
}
