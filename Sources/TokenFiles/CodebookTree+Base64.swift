import ByteCoding

extension CodebookTree {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The labels, bit-packed, in base64 (RFC 4648, with padding), as the header holds them.
  var base64: String {
    var packed: [UInt8] = []
    BitPacking.pack(labels.span, bits: bits, to: &packed)
    var text: [UInt8] = []
    for start in stride(from: 0, to: packed.count, by: 3) {
      let piece = packed[start..<min(start + 3, packed.count)]
      let word = piece.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
      for place in 0..<4 {
        text.append(
          place <= piece.count ? Self.alphabet[word >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads a tree over `count` codes; inverse of ``base64``.
  ///
  /// - Returns: nil for anything that ``base64`` would not have written.
  init?(base64 text: String, count: Int) {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, letter) in Self.alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
    var packed: [UInt8] = []
    var word = 0
    var filled = 0
    for letter in text.utf8 where letter != UInt8(ascii: "=") {
      guard values[Int(letter)] < 64 else { return nil }
      word = (word << 6 | Int(values[Int(letter)])) & 0xFFF_FFFF
      filled += 6
      if filled >= 8 {
        filled -= 8
        packed.append(UInt8(truncatingIfNeeded: word >> filled))
      }
    }
    let bits = BitPacking.width(forVocabularySize: count)
    guard packed.count == BitPacking.byteCount(count: count, bits: bits) else { return nil }
    var labels = [Int32](repeating: 0, count: count)
    var span = labels.mutableSpan
    BitPacking.unpack(packed.rawSpan, bits: bits, into: &span)
    self.init(labels: labels)
    guard base64 == text else { return nil }
  }
}
