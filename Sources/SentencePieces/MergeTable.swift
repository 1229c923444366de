/// What each pair of neighbouring symbols becomes: a hash table with linear probing.
struct MergeTable: Sendable {
  /// Left symbol in the upper half, right one in the lower; all ones is a free slot.
  private var keys: [UInt64]
  private var results: [Int32]
  private var mask: Int
  private var count = 0

  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    keys = Array(repeating: .max, count: size)
    results = Array(repeating: -1, count: size)
    mask = size - 1
  }

  @inline(__always)
  private func slot(_ key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while keys[slot] != key, keys[slot] != .max { slot = (slot + 1) & mask }
    return slot
  }

  mutating func insert(_ left: Int32, _ right: Int32, result: Int32) {
    if 2 * count >= mask { grow() }
    let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    let slot = slot(key)
    if keys[slot] == .max { count += 1 }
    keys[slot] = key
    results[slot] = result
  }

  private mutating func grow() {
    var larger = MergeTable(capacity: keys.count)
    for (key, result) in zip(keys, results) where key != .max {
      let slot = larger.slot(key)
      larger.keys[slot] = key
      larger.results[slot] = result
    }
    larger.count = count
    self = larger
  }

  /// What the pair becomes, or -1.
  @inline(__always)
  subscript(_ left: Int32, _ right: Int32) -> Int32 {
    let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    return results[slot(key)]
  }
}

/// The pairs that may be joined, best first: a binary heap.
struct MergeQueue {
  /// A pair as it was when it was found.
  struct Candidate {
    let score: Float
    let left: Int32
    let right: Int32
    /// The byte behind the pair's last.
    let end: Int32

    /// Whether this one is joined before the other: higher score, then further left.
    @inline(__always)
    func precedes(_ other: Candidate) -> Bool {
      score > other.score || (score == other.score && left < other.left)
    }
  }

  private var heap: [Candidate] = []

  mutating func push(_ candidate: Candidate) {
    heap.append(candidate)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].precedes(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Candidate? {
    guard let top = heap.first else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return top }
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].precedes(heap[best]) { best = child }
      if best == parent { return top }
      heap.swapAt(parent, best)
      parent = best
    }
  }
}
