/// Where the positions of pairs lie: one list per pair, written once.
///
/// The list of a merged pair is given back, and the lists of the pairs that the merge makes take its
/// place; so memory hardly grows after the first lists.
struct PositionStore: ~Copyable {
  private var block = Block<UInt32>(count: 1 << 16)
  private var end = 0
  /// Unused stretches, those of 2^k to 2^(k + 1) - 1 places in `unused[k]`.
  private var unused = [[Range<Int>]](repeating: [], count: Int.bitWidth)

  /// Shorter stretches are forgotten.
  private static let shortest = 16

  /// Place number `index`.
  subscript(index: Int) -> UInt32 {
    @inline(__always) get { block[index] }
    @inline(__always) nonmutating set { block[index] = newValue }
  }

  /// Makes room for a list of `count` positions; returns where it begins.
  mutating func allocate(_ count: Int) -> Int {
    var size = Self.size(count)
    // Of its own size class only the last stretch is tried, any of a larger one is long enough.
    if let last = unused[size].last, last.count < count { size += 1 }
    while size < unused.count {
      if let stretch = unused[size].popLast() {
        release(stretch.lowerBound + count..<stretch.upperBound)
        return stretch.lowerBound
      }
      size += 1
    }
    let start = end
    end += count
    if end > block.count { block.grow(to: max(block.count * 5 / 4, end)) }
    return start
  }

  /// Gives back a list that is not needed any more.
  mutating func release(_ stretch: Range<Int>) {
    if stretch.count >= Self.shortest { unused[Self.size(stretch.count)].append(stretch) }
  }

  private static func size(_ count: Int) -> Int {
    Int.bitWidth - 1 - max(count, 1).leadingZeroBitCount
  }
}
