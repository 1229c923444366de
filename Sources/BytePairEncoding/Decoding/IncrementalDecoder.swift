public import Tokens

/// Turns ids into text one at a time: what has been returned never changes, and all of it together
/// is what `BPETokenizer.decode` gives for the whole list.
public struct IncrementalDecoder: Sendable {
  private let vocabulary: Vocabulary
  private let ignoring: Set<TokenID>
  private var isFirst = true

  init(_ vocabulary: Vocabulary, ignoring: Set<TokenID>) {
    self.vocabulary = vocabulary
    self.ignoring = ignoring
  }

  /// The text that `id` adds; empty for an ignored id.
  ///
  /// - Throws: `BPEError.idOutOfRange` for an id that the vocabulary does not have.
  public mutating func decode(_ id: TokenID) throws(BPEError) -> String {
    var bytes: [UInt8] = []
    try append(id, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text of `id` as UTF-8.
  mutating func append(_ id: TokenID, to text: inout [UInt8]) throws(BPEError) {
    if ignoring.contains(id) { return }
    guard vocabulary.contains(id) else {
      throw BPEError(.idOutOfRange(id: Int(id), vocabularySize: vocabulary.size))
    }
    let piece = vocabulary.bytes(of: id)
    let startsWord = !vocabulary.isSpecial(id) && piece.starts(with: [0xE2, 0x96, 0x81])
    // A word begins with a space, except at the very beginning.
    if startsWord && !isFirst { text.append(0x20) }
    text.append(contentsOf: startsWord ? piece.dropFirst(3) : piece)
    isFirst = false
  }
}
