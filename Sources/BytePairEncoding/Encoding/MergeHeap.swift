/// Candidates for merging within one word, by rank and then by position, and the chain of the
/// word's living symbols.
struct MergeHeap: ~Copyable {
  struct Candidate { let rank: UInt32, position: Int }

  /// rank << 32 | position
  private var heap = GrowingBlock<UInt64>(capacity: 256)
  private var aside = GrowingBlock<UInt64>(capacity: 16)
  private var nexts = Block<UInt32>(count: 256)
  private var previouses = Block<UInt32>(count: 256)

  /// Starts a word of `count` symbols.
  mutating func reset(_ count: Int) {
    heap.truncate()
    if count > nexts.count {
      nexts = Block(count: count.nextPowerOfTwo)
      previouses = Block(count: count.nextPowerOfTwo)
    }
    for index in 0..<count {
      nexts[index] = UInt32(index + 1)
      // 0 says there is none; index 0 never is a previous of anything but 1.
      previouses[index] = UInt32(index)
    }
  }

  /// The symbol after `position`, or the symbol count at the end.
  func next(_ position: Int) -> Int { Int(nexts[position]) }

  /// The symbol before `position`.
  func previous(_ position: Int) -> Int? {
    previouses[position] == 0 ? nil : Int(previouses[position]) - 1
  }

  /// Takes the symbol after `position` out of the chain and returns it.
  mutating func removeAfter(_ position: Int, _ count: Int) -> Int {
    let removed = next(position)
    nexts[position] = nexts[removed]
    if next(removed) < count { previouses[next(removed)] = UInt32(position + 1) }
    return removed
  }

  mutating func push(rank: UInt32, position: Int) {
    push(UInt64(rank) << 32 | UInt64(position))
  }

  private mutating func push(_ value: UInt64) {
    heap.append(value)
    var index = heap.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      guard value < heap[parent] else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = value
  }

  private mutating func popFirst() -> UInt64? {
    guard heap.count > 0 else { return nil }
    let first = heap[0]
    let value = heap[heap.count - 1]
    heap.truncate(to: heap.count - 1)
    guard heap.count > 0 else { return first }
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < value else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = value
    return first
  }

  /// The best candidate, possibly stale; nil when none is left.
  ///
  /// With dropout each candidate is passed over by chance; those passed over come back before the
  /// next call, and when all were passed over the word is finished.
  mutating func pop(_ dropout: inout DropoutSource?) -> Candidate? {
    var chosen: UInt64?
    while let value = popFirst() {
      if dropout?.drops() == true {
        aside.append(value)
      } else {
        chosen = value
        break
      }
    }
    for index in 0..<aside.count { push(aside[index]) }
    aside.truncate()
    return chosen.map {
      Candidate(rank: UInt32(truncatingIfNeeded: $0 >> 32), position: Int($0 & 0xFFFF_FFFF))
    }
  }
}
