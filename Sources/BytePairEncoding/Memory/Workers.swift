import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Work shared out to threads.
enum Workers {
  /// The number of threads to use: as asked, else one per processor.
  static func count(_ asked: Int?) -> Int {
    max(1, asked ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Calls `body` with 0..<count, possibly at once, and returns the results in order.
  static func map<Result: Sendable>(
    _ count: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    if count == 1 { return [body(0)] }
    let results = Results<Result>(count: count)
    DispatchQueue.concurrentPerform(iterations: count) { index in
      results.set(index, body(index))
    }
    return results.all
  }

  private final class Results<Value: Sendable>: Sendable {
    private let values: Mutex<[Value?]>
    init(count: Int) { values = Mutex([Value?](repeating: nil, count: count)) }
    func set(_ index: Int, _ value: Value) { values.withLock { $0[index] = value } }
    var all: [Value] { values.withLock { $0.map { $0! } } }
  }
}
