/// An open-addressed table from words (byte strings) to one 64-bit value each.
///
/// Words of up to 16 bytes lie inside their slot; longer ones in one growing byte store. Slots are
/// 32 bytes, two to a cache line.
package struct WordTable: ~Copyable {
  package struct Slot: TableEntry {
    /// As in `WordKey`.
    var a: UInt64
    /// As in `WordKey` for short words; the offset in the byte store for long ones.
    var b: UInt64
    /// What the caller keeps for the word.
    package var value: UInt64
    /// 0 marks an empty slot.
    package var length: UInt32
    private var unused: UInt32 = 0

    init(a: UInt64, b: UInt64, length: UInt32) {
      (self.a, self.b, self.value, self.length) = (a, b, 0, length)
    }

    static var free: Slot { Slot(a: 0, b: 0, length: 0) }
    var isFree: Bool { length == 0 }
    var hash: UInt64 {
      length > WordKey.inlineLimit ? a : WordKey(a: a, b: b, length: Int(length)).hash
    }
  }

  private var slots: Block<Slot>
  private var long: Block<UInt8>
  private var longCount = 0
  /// Number of words.
  package private(set) var count = 0
  /// Bytes in all words together.
  package private(set) var byteCount = 0

  /// The longest word a table takes, in bytes.
  package static let longestWord = 1 << 30

  /// An empty table with room for about `capacity` words before it first grows.
  package init(capacity: Int = 1 << 12) {
    let slotCount = max(capacity * 8 / 5, 16).nextPowerOfTwo
    slots = Block(count: slotCount)
    long = Block(count: 1 << 12)
  }

  /// Number of slots; valid arguments of `subscript`.
  package var slotCount: Int { slots.count }

  /// Memory in use, in bytes.
  package var memorySize: Int { slots.count * MemoryLayout<Slot>.stride + long.count }

  /// Slot number `index`; empty when its length is 0.
  package subscript(index: Int) -> Slot {
    @inline(__always) get { slots[index] }
    @inline(__always) nonmutating _modify { yield &slots[index] }
  }

  /// Asks for the slot of `key` ahead of its use.
  @inline(__always)
  package func prefetch(_ key: WordKey) { slots.prefetch(home(key)) }

  @inline(__always)
  private func home(_ key: WordKey) -> Int {
    Int(truncatingIfNeeded: key.hash) & (slots.count &- 1)
  }

  /// The slot of `key` (cut from `text`), or `~slot` of the empty slot where it belongs.
  @inline(__always)
  package func find(_ key: WordKey, in text: borrowing Span<UInt8>) -> Int {
    let mask = slots.count &- 1
    var index = home(key)
    while true {
      let slot = slots[index]
      if slot.length == 0 { return ~index }
      if slot.a == key.a, Int(slot.length) == key.length {
        if key.length <= WordKey.inlineLimit {
          if slot.b == key.b { return index }
        } else if equalsLong(slot, key, text) {
          return index
        }
      }
      index = (index &+ 1) & mask
    }
  }

  private func equalsLong(
    _ slot: Slot, _ key: WordKey, _ text: borrowing Span<UInt8>
  ) -> Bool {
    let offset = Int(slot.b)
    return long.withSpan(offset..<offset + key.length) { stored in
      for index in 0..<key.length where stored[index] != text[key.start &+ index] { return false }
      return true
    }
  }

  /// The slot of `key`, made with value 0 if the word is new. A slot number stays good until the
  /// next insertion.
  @inline(__always)
  package mutating func insert(_ key: WordKey, in text: borrowing Span<UInt8>) -> Int {
    let index = find(key, in: text)
    if index >= 0 { return index }
    return add(key, text, at: ~index)
  }

  private mutating func add(
    _ key: WordKey, _ text: borrowing Span<UInt8>, at empty: Int
  ) -> Int {
    precondition(key.length <= Self.longestWord, "a word of \(key.length) bytes")
    var b = key.b
    if key.length > WordKey.inlineLimit {
      if longCount + key.length > long.count {
        long.grow(to: max(long.count * 2, longCount + key.length))
      }
      long.copy(text.extracting(key.start..<key.start + key.length), to: longCount)
      b = UInt64(longCount)
      longCount += key.length
    }
    slots[empty] = Slot(a: key.a, b: b, length: UInt32(key.length))
    count += 1
    byteCount += key.length
    guard count * 8 > slots.count * 5 else { return empty }
    slots.doubleTable()
    return find(key, in: text)
  }

  /// Copies the word in slot `index`, which must not be empty, to `bytes` from `offset` on, where
  /// there must be room for at least `WordKey.inlineLimit` bytes; returns the word's length. What
  /// follows a short word there is overwritten.
  @inline(__always)
  func copyWord(_ index: Int, to bytes: borrowing Block<UInt8>, at offset: Int) -> Int {
    let slot = slots[index]
    let length = Int(slot.length)
    if length <= WordKey.inlineLimit {
      bytes.store(slot.a, slot.b, at: offset)
    } else {
      bytes.copy(long.span(Int(slot.b)..<Int(slot.b) + length), to: offset)
    }
    return length
  }

  /// Adds up the values of the words of both tables.
  mutating func add(_ other: borrowing WordTable) {
    for index in 0..<other.slots.count {
      let slot = other.slots[index]
      guard slot.length != 0 else { continue }
      // Both tables lie in the order of the same hashes, so this walks forward in both.
      let length = Int(slot.length)
      if length <= WordKey.inlineLimit {
        let key = WordKey(a: slot.a, b: slot.b, length: length)
        slots[insert(key, in: other.long.span(0..<0))].value += slot.value
      } else {
        let word = other.long.span(Int(slot.b)..<Int(slot.b) + length)
        slots[insert(WordKey(word, 0..<length), in: word)].value += slot.value
      }
    }
  }

  /// Forgets all words but keeps the memory.
  package mutating func removeAll() {
    for index in 0..<slots.count { slots[index].length = 0 }
    (count, byteCount, longCount) = (0, 0, 0)
  }
}

extension Int {
  /// The smallest power of two that is not less than this positive number.
  var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
