/// An open-addressed table from words (byte strings) to one 64-bit value each.
///
/// Words of up to 16 bytes lie inside their slot; longer ones in one growing byte store. Slots are
/// 32 bytes, two to a cache line.
package struct WordTable: ~Copyable {
  package struct Slot: BitwiseCopyable {
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
  }

  private var slots: Block<Slot>
  private var shift: UInt64
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
    shift = UInt64(64 - slotCount.trailingZeroBitCount)
    long = Block(count: 1 << 12)
  }

  /// Number of slots; valid arguments of `subscript` and `withWord`.
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
  package func prefetch(_ key: WordKey) { slots.prefetch(Int(key.hash >> shift)) }

  /// The slot of `key` (cut from `text`), or `~slot` of the empty slot where it belongs.
  @inline(__always)
  package func find(_ key: WordKey, in text: borrowing Span<UInt8>) -> Int {
    let mask = slots.count &- 1
    var index = Int(key.hash >> shift)
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
    grow()
    return find(key, in: text)
  }

  private mutating func grow() {
    var old = Block<Slot>(count: slots.count * 2)
    swap(&old, &slots)
    shift -= 1
    let mask = slots.count - 1
    for index in 0..<old.count {
      let slot = old[index]
      guard slot.length != 0 else { continue }
      var target = Int(hash(of: slot) >> shift)
      while slots[target].length != 0 { target = (target + 1) & mask }
      slots[target] = slot
    }
  }

  private func hash(of slot: Slot) -> UInt64 {
    guard slot.length <= WordKey.inlineLimit else { return slot.a }
    return WordKey(a: slot.a, b: slot.b, length: Int(slot.length)).hash
  }

  /// Calls `body` with the bytes of the word in slot `index`, which must not be empty.
  package func withWord<Failure: Error>(
    _ index: Int, _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let slot = slots[index]
    precondition(slot.length > 0, "slot \(index) is empty")
    if slot.length > WordKey.inlineLimit {
      return try long.withSpan(Int(slot.b)..<Int(slot.b) + Int(slot.length), body)
    }
    var bytes = InlineArray<16, UInt8>(repeating: 0)
    for offset in 0..<Int(slot.length) {
      bytes[offset] = UInt8(
        truncatingIfNeeded: (offset < 8 ? slot.a : slot.b) >> UInt64(8 * (offset & 7)))
    }
    try body(bytes.span.extracting(0..<Int(slot.length)))
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
