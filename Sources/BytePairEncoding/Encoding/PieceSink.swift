import Tokens

/// Takes the pieces of encoded words.
protocol PieceSink: ~Copyable {
  /// A token of the model, a special token or a user's token.
  mutating func token(_ id: TokenID)
  /// A run of characters that the model does not know; `bytes` may contain invalid UTF-8, which is
  /// not part of the run.
  mutating func unknown(_ bytes: Span<UInt8>)
}

/// Collects ids.
struct IDSink: PieceSink, ~Copyable {
  let unknownID: TokenID
  var ids: GrowingBlock<TokenID>

  init(unknownID: TokenID, capacity: Int = 64) {
    self.unknownID = unknownID
    ids = GrowingBlock(capacity: capacity)
  }

  @inline(__always) mutating func token(_ id: TokenID) { ids.append(id) }
  @inline(__always) mutating func unknown(_ bytes: Span<UInt8>) { ids.append(unknownID) }
}

/// Writes ids as decimal text, each followed by a space.
struct DecimalSink: PieceSink, ~Copyable {
  let unknownID: TokenID
  var text = GrowingBlock<UInt8>(capacity: 1 << 12)

  init(unknownID: TokenID) { self.unknownID = unknownID }

  @inline(__always) mutating func token(_ id: TokenID) {
    var value = UInt32(bitPattern: id)
    // At most ten digits and the space; the first eight bytes, and those before them.
    var late: UInt64 = 0x20
    var early: UInt64 = 0
    var count = 1
    repeat {
      early = early << 8 | late >> 56
      late = late << 8 | UInt64(0x30 &+ value % 10)
      value /= 10
      count &+= 1
    } while value != 0
    text.append(ElementWords(words: (late.littleEndian, early.littleEndian, 0, 0, 0)), count: count)
  }

  @inline(__always) mutating func unknown(_ bytes: Span<UInt8>) { token(unknownID) }
}

/// Writes tokens as their strings, each followed by a space; unknown characters stand for
/// themselves.
struct SubwordSink: PieceSink, ~Copyable {
  let vocabulary: Vocabulary
  var text = GrowingBlock<UInt8>(capacity: 1 << 12)

  init(vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  mutating func token(_ id: TokenID) {
    for byte in vocabulary.bytes(of: id) { text.append(byte) }
    text.append(0x20)
  }

  mutating func unknown(_ bytes: Span<UInt8>) {
    var valid: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
      let scalar = UTF8Text.decode(bytes, &offset)
      if scalar != UTF8Text.invalid { UTF8Text.append(scalar, to: &valid) }
    }
    for byte in valid { text.append(byte) }
    text.append(0x20)
  }
}

/// Collects subwords as strings.
struct StringSink: PieceSink, ~Copyable {
  let vocabulary: Vocabulary
  var strings: [String] = []

  init(vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  mutating func token(_ id: TokenID) {
    strings.append(String(decoding: vocabulary.bytes(of: id), as: UTF8.self))
  }

  mutating func unknown(_ bytes: Span<UInt8>) {
    var valid: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
      let scalar = UTF8Text.decode(bytes, &offset)
      if scalar != UTF8Text.invalid { UTF8Text.append(scalar, to: &valid) }
    }
    strings.append(String(decoding: valid, as: UTF8.self))
  }
}
