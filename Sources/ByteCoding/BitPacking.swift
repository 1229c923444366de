/// Numbers of a fixed small width, packed without gaps: value `i` occupies the bits
/// `i * bits ..< (i + 1) * bits` of the stream, least significant bit first, where bit `b` of the
/// stream is bit `b % 8` of byte `b / 8`. The unused bits of the last byte are zero.
public enum BitPacking {
  /// Widths that can be packed.
  public static let widths = 1...24

  /// Bytes that `count` values of `bits` bits take.
  ///
  /// - Returns: nil when the product does not fit an `Int`.
  public static func byteCount(count: Int, bits: Int) -> Int? {
    let (product, overflow) = count.multipliedReportingOverflow(by: bits)
    guard !overflow, product <= Int.max - 7 else { return nil }
    return (product + 7) / 8
  }

  /// The narrowest width that holds every value in `0..<vocabularySize`, at least 1.
  public static func width(forVocabularySize vocabularySize: Int) -> Int {
    max(1, Int.bitWidth - max(0, vocabularySize - 1).leadingZeroBitCount)
  }

  /// Appends `values` to `bytes`, starting at a whole byte and ending with one.
  ///
  /// Inverse of ``unpack(_:bits:into:)``.
  ///
  /// - Parameters:
  ///   - values: Each in `0 ..< 1 << bits`; any other value traps.
  ///   - bits: In ``widths``.
  ///   - bytes: Where the packed bytes go.
  public static func pack(_ values: Span<Int32>, bits: Int, to bytes: inout [UInt8]) {
    precondition(widths.contains(bits), "\(bits) bits; a width lies in \(widths)")
    // The sign bit of a negative value shows up in the union as well.
    var union: UInt32 = 0
    for index in values.indices { union |= UInt32(bitPattern: values[index]) }
    precondition(
      union >> UInt32(bits) == 0, "a value below 0 or of more than \(bits) bits cannot be packed")
    let size = (values.count * bits + 7) / 8
    // Whole words go out at once; what they hold beyond the last value is not copied.
    unsafe withUnsafeTemporaryAllocation(byteCount: size + 16, alignment: 8) { words in
      unsafe values.withUnsafeBufferPointer { values in
        let groups = bits <= 16 ? values.count / 8 : 0
        unsafe packGroups(groups, of: values, bits: bits, to: words)
        unsafe packRest(from: 8 * groups, of: values, bits: bits, to: words)
      }
      unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: words[..<size]))
    }
  }

  /// Packs `groups` times eight values of at most 16 bits: eight values of n bits take n bytes, so
  /// each group begins at a whole byte and depends on no other.
  ///
  /// `words` has room for 16 bytes behind the last group's beginning.
  private static func packGroups(
    _ groups: Int, of values: UnsafeBufferPointer<Int32>, bits: Int,
    to words: UnsafeMutableRawBufferPointer
  ) {
    guard groups > 0 else { return }
    precondition(8 * groups <= values.count && (groups - 1) * bits + 16 <= words.count)
    let width = UInt64(bits)
    // SAFETY (of this method): the precondition bounds every load and store.
    var source = values.baseAddress!
    var target = words.baseAddress!
    for _ in 0..<groups {
      @inline(__always) func value(_ place: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: UInt32(bitPattern: unsafe source[place]))
      }
      @inline(__always) func four(_ place: Int) -> UInt64 {
        value(place) | value(place + 1) &<< width
          | (value(place + 2) | value(place + 3) &<< width) &<< (2 &* width)
      }
      let (low, high) = (four(0), four(4))
      // Two steps, for a shift by 64 would be one by 0.
      unsafe target.storeBytes(
        of: (low | (high &<< (4 &* width &- 1)) &<< 1).littleEndian, as: UInt64.self)
      unsafe target.storeBytes(
        of: (high &>> (64 &- 4 &* width)).littleEndian, toByteOffset: 8, as: UInt64.self)
      unsafe source += 8
      unsafe target += bits
    }
  }

  /// Packs the values from `first` on, a multiple of eight, one after the other.
  private static func packRest(
    from first: Int, of values: UnsafeBufferPointer<Int32>, bits: Int,
    to words: UnsafeMutableRawBufferPointer
  ) {
    var buffer: UInt64 = 0
    var filled = 0
    var place = first / 8 * bits
    for index in first..<values.count {
      // SAFETY: index < count.
      buffer |= UInt64(UInt32(bitPattern: unsafe values[index])) << UInt64(filled)
      filled += bits
      if filled >= 32 {
        // SAFETY: checked by storeBytes; 16 spare bytes follow the packed ones.
        unsafe words.storeBytes(
          of: UInt32(truncatingIfNeeded: buffer).littleEndian, toByteOffset: place, as: UInt32.self)
        buffer >>= 32
        filled -= 32
        place += 4
      }
    }
    // SAFETY: as above.
    unsafe words.storeBytes(
      of: UInt32(truncatingIfNeeded: buffer).littleEndian, toByteOffset: place, as: UInt32.self)
  }

  /// Fills values from packed bytes and returns the greatest (0 for none).
  ///
  /// - Parameters:
  ///   - bytes: At least the bytes of the last bit wanted; fewer trap.
  ///   - bits: In ``widths``.
  ///   - firstBit: Where the first value begins.
  ///   - values: Where they go.
  ///   - places: Those of `values` that are filled; all of them unless said.
  @discardableResult
  @_lifetime(values: copy values)
  public static func unpack(
    _ bytes: RawSpan, bits: Int, firstBit: Int = 0, into values: inout MutableSpan<Int32>,
    at places: Range<Int>? = nil
  ) -> Int32 {
    precondition(widths.contains(bits), "\(bits) bits; a width lies in \(widths)")
    let places = places ?? 0..<values.count
    let count = places.count
    precondition(
      firstBit >= 0 && firstBit + count * bits <= bytes.byteCount * 8,
      "\(count) values of \(bits) bits from bit \(firstBit) on need more than \(bytes.byteCount) bytes"
    )
    let mask = (UInt64(1) << UInt64(bits)) - 1
    var greatest: UInt64 = 0
    var bit = firstBit
    var index = places.lowerBound
    // While eight bytes can be loaded: one unaligned load per value.
    while index < places.upperBound, bit >> 3 + 8 <= bytes.byteCount {
      // SAFETY: bit / 8 + 8 <= byteCount.
      let word = unsafe UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self))
      let value = (word >> UInt64(bit & 7)) & mask
      greatest = max(greatest, value)
      values[index] = Int32(truncatingIfNeeded: value)
      bit += bits
      index += 1
    }
    while index < places.upperBound {
      var word: UInt64 = 0
      for place in (bit >> 3)...((bit + bits - 1) >> 3) {
        // SAFETY: the last bit of the last value lies within the bytes, checked above.
        let byte = unsafe bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)
        word |= UInt64(byte) << UInt64(8 * (place - (bit >> 3)))
      }
      let value = (word >> UInt64(bit & 7)) & mask
      greatest = max(greatest, value)
      values[index] = Int32(truncatingIfNeeded: value)
      bit += bits
      index += 1
    }
    return Int32(truncatingIfNeeded: greatest)
  }
}
