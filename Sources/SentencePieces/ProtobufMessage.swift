/// The wire format of protocol buffers, as far as a sentencepiece model uses it.
///
/// Source: the protocol-buffers encoding specification (wire types 0, 1, 2 and 5).
struct ProtobufReader {
  /// One field: its number and value. `bytes` is the range of a length-delimited value.
  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes(Range<Int>)
  }

  let source: [UInt8]
  private(set) var position: Int
  let end: Int

  init(_ source: [UInt8], in range: Range<Int>? = nil) {
    self.source = source
    let range = range ?? 0..<source.count
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field, or nil at the end of the message.
  mutating func next() throws(SentencePieceError) -> (number: Int, value: Value)? {
    guard position < end else { return nil }
    let start = position
    let key = try varint()
    let number = Int(truncatingIfNeeded: key >> 3)
    guard key >> 3 > 0, key >> 3 < 1 << 29 else {
      throw SentencePieceError(.notAModel(detail: "a field has number \(key >> 3)"), offset: start)
    }
    switch key & 7 {
    case 0: return (number, .varint(try varint()))
    case 1: return (number, .fixed64(try littleEndian(8)))
    case 2:
      let count = try varint()
      guard count <= UInt64(end - position) else {
        throw SentencePieceError(
          .truncated(needed: Int(clamping: count), available: end - position), offset: position)
      }
      let range = position..<position + Int(count)
      position = range.upperBound
      return (number, .bytes(range))
    case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try littleEndian(4))))
    default:
      throw SentencePieceError(
        .notAModel(detail: "field \(number) has wire type \(key & 7)"), offset: start)
    }
  }

  private mutating func varint() throws(SentencePieceError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = source[position]
      position += 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift += 7
      guard shift < 64 else {
        throw SentencePieceError(
          .notAModel(detail: "an integer has more than ten bytes"), offset: position)
      }
    }
    throw SentencePieceError(.truncated(needed: 1, available: 0), offset: end)
  }

  private mutating func littleEndian(_ count: Int) throws(SentencePieceError) -> UInt64 {
    guard end - position >= count else {
      throw SentencePieceError(
        .truncated(needed: count, available: end - position), offset: position)
    }
    var result: UInt64 = 0
    for i in 0..<count { result |= UInt64(source[position + i]) << UInt64(8 * i) }
    position += count
    return result
  }
}

/// The inverse of ``ProtobufReader``.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  mutating func varint(_ number: Int, _ value: UInt64) {
    raw(UInt64(number) << 3)
    raw(value)
  }

  mutating func float(_ number: Int, _ value: Float) {
    raw(UInt64(number) << 3 | 5)
    for i in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * i))) }
  }

  mutating func bytes(_ number: Int, _ value: some Collection<UInt8>) {
    raw(UInt64(number) << 3 | 2)
    raw(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  private mutating func raw(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
