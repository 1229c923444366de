import SentencePieces
public import Tokens

/// What encoding makes of a text, piece by piece, and what is lost on the way.
public struct TextExplanation: Sendable {
  /// One token of the text.
  public struct Token: Equatable, Sendable {
    /// The unified id.
    public let id: TokenID
    /// The piece, with `▁` for a space.
    public let piece: String
    /// The part of the text it stands for.
    public let source: String
    /// Whether the vocabulary lacks it: it becomes `<unk>`, or bytes.
    public let isUnknown: Bool
  }

  /// A part of the text that the normaliser changed.
  public struct Change: Equatable, Sendable {
    /// Where it starts, in UTF-8 bytes.
    public let offset: Int
    /// What was there.
    public let original: String
    /// What the model saw in its place; empty when it was dropped.
    public let replacement: String

    /// Makes a change of its parts.
    package init(offset: Int, original: String, replacement: String) {
      self.offset = offset
      self.original = original
      self.replacement = replacement
    }
  }

  /// The tokens in order; every unknown character is one here.
  public let tokens: [Token]
  /// What the normaliser changed, in order.
  public let changes: [Change]
  /// What decoding the ids gives.
  public let decoded: String
  /// Whether that is the text again, byte for byte.
  public let isRecovered: Bool

  /// Characters the vocabulary lacks, in order of first appearance.
  public var unknownCharacters: [String] {
    var seen: Set<[UInt8]> = []
    return tokens.filter { $0.isUnknown && seen.insert(Array($0.source.utf8)).inserted }
      .map(\.source)
  }
}

extension ICETokenizer {
  /// Shows what encoding makes of a text: its tokens, what the normaliser changed, what the
  /// vocabulary lacks, and whether decoding gives the text again.
  public func explain(_ text: String, options: TextOptions? = nil) -> TextExplanation {
    let options = options ?? defaultTextOptions
    let prepared = prepare(text, options)
    let bytes = Array(prepared.utf8)
    func slice(_ range: Range<Int>) -> String {
      String(decoding: bytes[range], as: UTF8.self)
    }
    let tokens = self.text.align(prepared).map { piece in
      TextExplanation.Token(
        id: piece.id + TokenID(imageVocabularySize), piece: piece.text,
        source: slice(piece.source), isUnknown: piece.id == self.text.unknownID)
    }
    let ids = encode(text, options: options)
    // All ids come from encoding, so none lies outside the vocabulary.
    let decoded = (try? decodeText(ids)) ?? ""
    return TextExplanation(
      tokens: tokens, changes: changes(bytes, of: prepared), decoded: decoded,
      isRecovered: decoded.utf8.elementsEqual(text.utf8))
  }

  private func changes(_ bytes: [UInt8], of prepared: String) -> [TextExplanation.Change] {
    let (normalized, offsets) = text.normalizeWithOffsets(prepared)
    var changes: [TextExplanation.Change] = []
    func compare(_ source: Range<Int>, _ result: ArraySlice<UInt8>) {
      let original = bytes[source]
      let replacement = String(decoding: result, as: UTF8.self)
        .split(separator: "▁", omittingEmptySubsequences: false).joined(separator: " ")
      if original.elementsEqual(replacement.utf8) || (original.isEmpty && result.isEmpty) { return }
      changes.append(
        .init(
          offset: source.lowerBound, original: String(decoding: original, as: UTF8.self),
          replacement: replacement))
    }
    guard !normalized.isEmpty else {
      compare(0..<bytes.count, [])
      return changes
    }
    // The model's own space before the text is no change of it.
    var start = text.model.addsDummyPrefix && !text.model.whitespaceIsSuffix ? 3 : 0
    if !text.model.escapesWhitespaces, start > 0 { start = 1 }
    compare(0..<(start < offsets.count ? offsets[start] : bytes.count), [])
    while start < normalized.count {
      var end = start + 1
      while end < normalized.count, offsets[end] == offsets[start] { end += 1 }
      compare(offsets[start]..<offsets[end], normalized[start..<end])
      start = end
    }
    compare(offsets[normalized.count]..<bytes.count, [])
    return changes
  }
}
