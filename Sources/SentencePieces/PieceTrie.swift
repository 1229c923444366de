/// A set of byte strings with a value each, walked one byte at a time.
///
/// A double array: the child of node `n` for byte `b` is the slot `base(n) + b`, and it is a child
/// only when that slot's `parent` is `n`. A step is one addition and one comparison.
///
/// Source: Aoe, "An efficient digital search algorithm by using a double-array structure", 1989.
struct PieceTrie: Sendable {
  /// One slot of the array.
  private struct Node {
    /// Where the children start; 0 for a leaf.
    var base: Int32 = 0
    /// The slot of the parent; -1 for a free slot.
    var parent: Int32 = -1
    /// The value of the string that ends here, or -1.
    var value: Int32 = -1
  }

  private var nodes: [Node]

  /// Where every walk starts.
  static let root: Int32 = 0

  /// Two keys with the same bytes, by position in the list.
  struct DuplicateKey: Error { let first: Int, second: Int }

  /// Builds the trie.
  ///
  /// - Parameters:
  ///   - keys: Not empty each, and all different.
  ///   - values: The value of each key, at least 0.
  init(keys: [[UInt8]], values: [Int32]) throws(DuplicateKey) {
    var builder = Builder(keys: keys)
    try builder.build()
    nodes = builder.slots.map { slot in
      Node(
        base: slot.base, parent: slot.parent, value: slot.key < 0 ? -1 : values[Int(slot.key)])
    }
  }

  /// The child of `node` for `byte`, or nil.
  @inline(__always)
  func child(of node: Int32, _ byte: UInt8) -> Int32? {
    let next = nodes[Int(node)].base + Int32(byte)
    return nodes[Int(next)].parent == node && next != 0 ? next : nil
  }

  /// The value of the string that leads to `node`, or -1.
  @inline(__always)
  func value(at node: Int32) -> Int32 { nodes[Int(node)].value }

  /// The value of `key`, or nil.
  func value(of key: some Sequence<UInt8>) -> Int32? {
    var node = Self.root
    for byte in key {
      guard let next = child(of: node, byte) else { return nil }
      node = next
    }
    let value = value(at: node)
    return value < 0 ? nil : value
  }

  /// The longest key that `text` starts with at `start`: its length and value.
  @inline(__always)
  func longestPrefix(of text: borrowing Span<UInt8>, from start: Int) -> (
    length: Int, value: Int32
  )? {
    var node = Self.root
    var best: (length: Int, value: Int32)?
    var position = start
    while position < text.count, let next = child(of: node, text[position]) {
      node = next
      position += 1
      let value = value(at: node)
      if value >= 0 { best = (position - start, value) }
    }
    return best
  }
}

extension PieceTrie {
  /// Places the nodes of a trie into a double array.
  private struct Builder {
    struct Slot {
      var base: Int32 = 0
      var parent: Int32 = -1
      /// The key that ends here, or -1.
      var key: Int32 = -1
      /// Of a taken slot: a slot above it, with only taken ones between.
      var skip: Int32 = 0
    }

    /// The keys of one node: `order[range]`, which agree in their first `depth` bytes.
    struct Work {
      let slot: Int32
      let range: Range<Int>
      let depth: Int
    }

    let keys: [[UInt8]]
    var order: [Int32]
    var slots: [Slot]
    /// Below this slot, bases for more than one child are no longer looked for.
    var crowdedBelow = 1

    init(keys: [[UInt8]]) {
      self.keys = keys
      order = (0..<Int32(keys.count)).map { $0 }
      slots = Array(repeating: Slot(), count: max(1024, keys.count * 4))
      slots[0].parent = 0
      slots[0].skip = 1
    }

    mutating func build() throws(DuplicateKey) {
      var work = [Work(slot: PieceTrie.root, range: 0..<keys.count, depth: 0)]
      var children: [(byte: UInt8, range: Range<Int>)] = []
      while let node = work.popLast() {
        let rest = try takeEnding(node)
        children.removeAll(keepingCapacity: true)
        group(rest, at: node.depth, into: &children)
        // A leaf keeps base 0; the last 256 slots exist so that a step from any base is in bounds.
        if children.isEmpty { continue }
        let base = place(children)
        slots[Int(node.slot)].base = Int32(base)
        for (byte, range) in children {
          let slot = base + Int(byte)
          slots[slot].parent = node.slot
          slots[slot].skip = Int32(slot + 1)
          work.append(Work(slot: Int32(slot), range: range, depth: node.depth + 1))
        }
      }
      let last = slots.lastIndex { $0.parent >= 0 } ?? 0
      reserve(last + 257)
      slots.removeSubrange((last + 257)...)
    }

    /// Moves the key that ends at this node to the front and records it.
    private mutating func takeEnding(_ node: Work) throws(DuplicateKey) -> Range<Int> {
      var start = node.range.lowerBound
      for i in node.range where keys[Int(order[i])].count == node.depth {
        let key = order[i]
        guard slots[Int(node.slot)].key < 0 else {
          let first = Int(slots[Int(node.slot)].key)
          throw DuplicateKey(first: min(first, Int(key)), second: max(first, Int(key)))
        }
        slots[Int(node.slot)].key = key
        order.swapAt(i, start)
        start += 1
      }
      return start..<node.range.upperBound
    }

    /// Brings keys with the same byte at `depth` together.
    private mutating func group(
      _ range: Range<Int>, at depth: Int, into children: inout [(byte: UInt8, range: Range<Int>)]
    ) {
      if range.count == 1 {
        children.append((keys[Int(order[range.lowerBound])][depth], range))
        return
      }
      sort(range, at: depth)
      var start = range.lowerBound
      while start < range.upperBound {
        let byte = keys[Int(order[start])][depth]
        var end = start + 1
        while end < range.upperBound, keys[Int(order[end])][depth] == byte { end += 1 }
        children.append((byte, start..<end))
        start = end
      }
    }

    /// Sorts `order[range]` by the byte at `depth`, keeping equal ones in order.
    private mutating func sort(_ range: Range<Int>, at depth: Int) {
      if range.count < 64 {
        order[range].sort { keys[Int($0)][depth] < keys[Int($1)][depth] }
        return
      }
      var starts = [Int](repeating: 0, count: 257)
      for i in range { starts[Int(keys[Int(order[i])][depth]) + 1] += 1 }
      for byte in 0..<256 { starts[byte + 1] += starts[byte] }
      let unsorted = order[range]
      for key in unsorted {
        let byte = Int(keys[Int(key)][depth])
        order[range.lowerBound + starts[byte]] = key
        starts[byte] += 1
      }
    }

    /// A base at which every child finds its slot free.
    private mutating func place(_ children: [(byte: UInt8, range: Range<Int>)]) -> Int {
      let first = Int(children[0].byte)
      var slot = freeSlot(from: children.count == 1 ? first + 1 : max(crowdedBelow, first + 1))
      var tried = 0
      while true {
        let base = slot - first
        reserve(base + 256)
        if children.allSatisfy({ slots[base + Int($0.byte)].parent < 0 }) {
          // Where many bases failed, later families of children need not look again; only children
          // go on filling the gaps. This keeps building linear in the number of nodes.
          if tried > 16 { crowdedBelow = slot }
          return base
        }
        tried += 1
        slot = freeSlot(from: slot + 1)
      }
    }

    /// The first free slot at or above `start`.
    private mutating func freeSlot(from start: Int) -> Int {
      var slot = start
      reserve(slot + 1)
      while slots[slot].parent >= 0 {
        // Each taken slot remembers a slot further on; halving these paths keeps them short.
        let next = Int(slots[slot].skip)
        reserve(next + 1)
        if slots[next].parent >= 0 { slots[slot].skip = slots[next].skip }
        slot = next
      }
      return slot
    }

    private mutating func reserve(_ count: Int) {
      if slots.count < count {
        slots.append(contentsOf: repeatElement(Slot(), count: max(count, slots.count)))
      }
    }
  }
}
