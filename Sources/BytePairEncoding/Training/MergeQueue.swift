/// A pair's claim to be merged next.
///
/// The order: larger count; then the smaller larger symbol; then the smaller smaller symbol; then,
/// of (a, b) and (b, a), the one with the larger left symbol.
struct MergeCandidate: BitwiseCopyable {
  var count: Int64
  /// larger symbol << 33 | smaller symbol << 1 | (left is the smaller one ? 1 : 0)
  private let rank: UInt64

  @inline(__always) init(_ pair: SymbolPair, count: Int64) {
    self.count = count
    let (left, right) = (UInt64(pair.left), UInt64(pair.right))
    rank = left >= right ? left << 33 | right << 1 : right << 33 | left << 1 | 1
  }

  var pair: SymbolPair {
    let larger = UInt32(truncatingIfNeeded: rank >> 33)
    let smaller = UInt32(truncatingIfNeeded: rank >> 1)
    return rank & 1 == 0 ? SymbolPair(larger, smaller) : SymbolPair(smaller, larger)
  }

  @inline(__always) static func precedes(_ a: Self, _ b: Self) -> Bool {
    a.count != b.count ? a.count > b.count : a.rank < b.rank
  }
}

/// A binary heap of candidates. Counts in it may be out of date, but only too high: the trainer
/// corrects the first one until it is true.
struct MergeQueue: ~Copyable {
  private var heap: Block<MergeCandidate>
  private(set) var count = 0

  init(capacity: Int) { heap = Block(count: max(capacity, 16)) }

  var isEmpty: Bool { count == 0 }
  /// The best candidate; the queue must not be empty.
  var first: MergeCandidate {
    precondition(count > 0, "the queue is empty")
    return heap[0]
  }

  mutating func append(_ candidate: MergeCandidate) {
    if count == heap.count { heap.grow(to: count * 2) }
    var index = count
    count += 1
    while index > 0 {
      let parent = (index - 1) / 2
      guard MergeCandidate.precedes(candidate, heap[parent]) else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = candidate
  }

  mutating func removeFirst() {
    precondition(count > 0, "the queue is empty")
    count -= 1
    if count > 0 { sink(heap[count]) }
  }

  /// Gives the first candidate another (smaller) count and lets it sink.
  mutating func replaceFirst(count newCount: Int64) {
    var candidate = first
    candidate.count = newCount
    sink(candidate)
  }

  private func sink(_ candidate: MergeCandidate) {
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < count else { break }
      if child + 1 < count, MergeCandidate.precedes(heap[child + 1], heap[child]) { child += 1 }
      guard MergeCandidate.precedes(heap[child], candidate) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = candidate
  }

  mutating func removeAll() { count = 0 }
}
