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
  ///   - texts: Where the keys are, none of them empty.
  ///   - ids: The texts that are keys, ascending; the value of a key is its number.
  init(_ texts: PieceTexts, ids: some Collection<Int32>) throws(DuplicateKey) {
    let sorted = Self.sorted(texts, ids)
    for (first, second) in zip(sorted, sorted.dropFirst())
    where first.prefix == second.prefix && texts[Int(first.id)] == texts[Int(second.id)] {
      throw DuplicateKey(first: Int(first.id), second: Int(second.id))
    }
    var builder = Builder(texts: texts, order: sorted.map(\.id))
    builder.build()
    nodes = builder.nodes
  }

  /// A key and its first eight bytes as a number, which decides most comparisons.
  private struct SortKey {
    let prefix: UInt64
    let id: Int32
  }

  /// The keys in the order of their bytes; equal ones in the order of their numbers.
  private static func sorted(_ texts: PieceTexts, _ ids: some Collection<Int32>) -> [SortKey] {
    var keys: [SortKey] = []
    keys.reserveCapacity(ids.count)
    for id in ids {
      let range = texts.range(Int(id))
      var prefix: UInt64 = 0
      for i in 0..<8 {
        prefix = prefix << 8 | (i < range.count ? UInt64(texts.bytes[range.lowerBound + i]) : 0)
      }
      keys.append(SortKey(prefix: prefix, id: id))
    }
    keys.sort { a, b in
      if a.prefix != b.prefix { return a.prefix < b.prefix }
      let (left, right) = (texts[Int(a.id)], texts[Int(b.id)])
      return left == right ? a.id < b.id : left.lexicographicallyPrecedes(right)
    }
    return keys
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
    /// The keys below one node: `order[range]`, which agree in their first `depth` bytes.
    struct Work {
      let node: Int32
      let range: Range<Int>
      let depth: Int
    }

    let texts: PieceTexts
    /// The keys in the order of their bytes.
    let order: [Int32]
    private(set) var nodes: [Node]
    /// One bit for each slot, set where it is taken.
    private var taken: [UInt64]
    private var lastTaken = 0
    /// Below this slot none is free any more. At 256 every byte leaves a base above 0.
    private var fullBelow = 256
    /// Below this slot, bases for more than one child are no longer looked for.
    private var crowdedBelow = 256

    init(texts: PieceTexts, order: [Int32]) {
      self.texts = texts
      self.order = order
      let capacity = max(1024, order.count * 5)
      nodes = Array(repeating: Node(), count: capacity / 64 * 64)
      taken = Array(repeating: 0, count: capacity / 64)
      nodes[0].parent = 0
      taken[0] = 1
    }

    mutating func build() {
      var work = [Work(node: PieceTrie.root, range: order.indices, depth: 0)]
      var children: [(byte: UInt8, end: Int)] = []
      while let item = work.popLast() {
        var start = item.range.lowerBound
        if item.range.count == 1 {
          addRest(of: order[start], from: item.depth, below: item.node)
          continue
        }
        // In the order of bytes the key that ends here is the first.
        if start < item.range.upperBound, texts.range(Int(order[start])).count == item.depth {
          nodes[Int(item.node)].value = order[start]
          start += 1
        }
        // A leaf keeps base 0; the last 256 slots exist so that a step from any base is in bounds.
        if start == item.range.upperBound { continue }
        children.removeAll(keepingCapacity: true)
        for index in start..<item.range.upperBound {
          let byte = texts.bytes[texts.range(Int(order[index])).lowerBound + item.depth]
          if let last = children.last, last.byte == byte {
            children[children.count - 1].end = index + 1
          } else {
            children.append((byte, index + 1))
          }
        }
        let base = place(children)
        nodes[Int(item.node)].base = Int32(base)
        for (byte, end) in children {
          take(base + Int(byte), parent: item.node)
          work.append(
            Work(node: Int32(base + Int(byte)), range: start..<end, depth: item.depth + 1))
          start = end
        }
      }
      reserve(lastTaken + 257)
      nodes.removeSubrange((lastTaken + 257)...)
    }

    /// Adds the bytes of a key that shares none of them with another.
    private mutating func addRest(of key: Int32, from depth: Int, below node: Int32) {
      var node = node
      for byte in texts[Int(key)].dropFirst(depth) {
        fullBelow = freeSlot(from: fullBelow)
        nodes[Int(node)].base = Int32(fullBelow) - Int32(byte)
        take(fullBelow, parent: node)
        node = Int32(fullBelow)
      }
      nodes[Int(node)].value = key
    }

    private mutating func take(_ slot: Int, parent: Int32) {
      nodes[slot].parent = parent
      taken[slot / 64] |= 1 << UInt64(slot % 64)
      lastTaken = max(lastTaken, slot)
    }

    /// A base at which every child finds its slot free.
    private mutating func place(_ children: [(byte: UInt8, end: Int)]) -> Int {
      let first = Int(children[0].byte)
      fullBelow = freeSlot(from: fullBelow)
      if children.count == 1 { return fullBelow - first }
      var slot = freeSlot(from: max(crowdedBelow, fullBelow))
      var tried = 0
      while true {
        let base = slot - first
        reserve(base + 256)
        if children.allSatisfy({ isFree(base + Int($0.byte)) }) {
          // Where many bases failed, later families of children need not look again; only children
          // go on filling the gaps. This keeps building linear in the number of nodes.
          if tried > 16 { crowdedBelow = slot }
          return base
        }
        tried += 1
        slot = freeSlot(from: slot + 1)
      }
    }

    private func isFree(_ slot: Int) -> Bool { taken[slot / 64] >> UInt64(slot % 64) & 1 == 0 }

    /// The first free slot at or above `start`.
    private mutating func freeSlot(from start: Int) -> Int {
      var word = start / 64
      reserve(start + 1)
      var free = ~taken[word] & ~0 << UInt64(start % 64)
      while free == 0 {
        word += 1
        reserve(word * 64 + 1)
        free = ~taken[word]
      }
      return word * 64 + free.trailingZeroBitCount
    }

    private mutating func reserve(_ count: Int) {
      guard nodes.count < count else { return }
      let words = max((count + 63) / 64, taken.count * 3 / 2)
      nodes.append(contentsOf: repeatElement(Node(), count: words * 64 - nodes.count))
      taken.append(contentsOf: repeatElement(0, count: words - taken.count))
    }
  }
}
