import Tokens

/// Takes the pieces of encoded words.
protocol PieceSink: ~Copyable {
  /// A token of the model, a special token or a user's token.
  mutating func token(_ id: TokenID)
  /// A run of characters that the model does not know; `bytes` may contain invalid UTF-8, which is
  /// not part of the run.
  mutating func unknown(_ bytes: Span<UInt8>)
}

/// Collects pieces in the form that `Format` gives them.
struct BlockSink<Format: PieceFormat>: PieceSink, ~Copyable {
  let format: Format
  var output = GrowingBlock<Format.Element>()

  init(_ format: Format) { self.format = format }

  @inline(__always) mutating func token(_ id: TokenID) { format.write(id, to: &output) }

  mutating func unknown(_ bytes: Span<UInt8>) { format.write(unknown: bytes, to: &output) }
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
    strings.append(String(decoding: UTF8Text.valid(bytes), as: UTF8.self))
  }
}
