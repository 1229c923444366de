/// Decoding of UTF-8 by YouTokenToMe's rules: a sequence that is not well formed costs one byte.
package enum UTF8Text {
  /// What `decode` returns for a byte that begins no well-formed sequence.
  package static let invalid: UInt32 = .max
  /// "▁", the mark at the beginning of every word.
  package static let lowLine: UInt32 = 0x2581

  /// The ASCII separators: space, tab, line feed, vertical tab, form feed, carriage return.
  @inline(__always)
  package static func isASCIISeparator(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 <= 4 }

  /// Whether `scalar` separates words.
  @inline(__always)
  package static func isSeparator(_ scalar: UInt32) -> Bool {
    scalar == 0x20 || scalar &- 9 <= 4 || scalar == lowLine
  }

  /// Decodes one scalar at `offset` and moves past it; `invalid` when one bad byte was skipped.
  ///
  /// Overlong forms, surrogates and values above 10FFFF are refused.
  @inline(__always)
  package static func decode(_ bytes: borrowing Span<UInt8>, _ offset: inout Int) -> UInt32 {
    let lead = UInt32(bytes[offset])
    if lead < 0x80 {
      offset &+= 1
      return lead
    }
    return decodeMultibyte(bytes, lead, &offset)
  }

  private static func decodeMultibyte(
    _ bytes: borrowing Span<UInt8>, _ lead: UInt32, _ offset: inout Int
  ) -> UInt32 {
    let start = offset
    offset = start + 1
    let length: Int
    let least: UInt32
    var scalar: UInt32
    switch lead {
    case 0xC0...0xDF: (length, least, scalar) = (2, 0x80, lead & 0x1F)
    case 0xE0...0xEF: (length, least, scalar) = (3, 0x800, lead & 0x0F)
    case 0xF0...0xF7: (length, least, scalar) = (4, 0x1_0000, lead & 0x07)
    default: return invalid
    }
    guard start + length <= bytes.count else { return invalid }
    for index in 1..<length {
      let byte = UInt32(bytes[start + index])
      guard byte & 0xC0 == 0x80 else { return invalid }
      scalar = scalar << 6 | byte & 0x3F
    }
    guard scalar >= least, scalar <= 0x10_FFFF, !(0xD800...0xDFFF).contains(scalar) else {
      return invalid
    }
    offset = start + length
    return scalar
  }

  /// Bytes of `scalar` as UTF-8.
  static func byteCount(of scalar: UInt32) -> Int {
    scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x1_0000 ? 3 : 4
  }

  /// Appends `scalar` (any value `decode` returns except `invalid`) as UTF-8.
  package static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    switch scalar {
    case 0..<0x80: bytes.append(UInt8(scalar))
    case 0x80..<0x800:
      bytes.append(UInt8(0xC0 | scalar >> 6))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    case 0x800..<0x1_0000:
      bytes.append(UInt8(0xE0 | scalar >> 12))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    default:
      bytes.append(UInt8(0xF0 | scalar >> 18))
      bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
      bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(0x80 | scalar & 0x3F))
    }
  }
}

extension UTF8Text {
  /// `bytes` without those that are not UTF-8.
  static func valid(_ bytes: Span<UInt8>) -> [UInt8] {
    var valid: [UInt8] = []
    valid.reserveCapacity(bytes.count)
    var offset = 0
    while offset < bytes.count {
      let scalar = decode(bytes, &offset)
      if scalar != invalid { append(scalar, to: &valid) }
    }
    return valid
  }
}
