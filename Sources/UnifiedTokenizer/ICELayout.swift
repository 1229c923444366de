import SentencePieces
public import Tokens

/// Where each kind of token lies in an ICE id space. All ranges are half-open, of unified ids.
///
/// Ids sorted by kind let a program tell the language of a token by comparing it with two numbers,
/// as CogView2 does.
public struct ICELayout: Equatable, Sendable {
  /// The kinds, in the order of their ids.
  public enum Kind: String, CaseIterable, Sendable {
    /// Image codes.
    case image
    /// `<unk>` `<s>` `</s>` `<pad>` `<n>`.
    case special
    /// `▁`, ASCII punctuation and digits.
    case common
    /// Words and parts of words in Latin letters.
    case english
    /// Han characters and words of them, and Chinese punctuation; none starts with `▁`.
    case chinese
    /// Everything else.
    case rare
    /// Tokens added after training.
    case added
  }

  /// The ids below 100 behind the image codes hold special and common tokens.
  static let firstEnglish = 100

  /// The range of each kind; the ranges follow one another without a gap.
  public let ranges: [Kind: Range<TokenID>]

  /// The range of a kind; empty when there is none of it.
  public subscript(kind: Kind) -> Range<TokenID> { ranges[kind] ?? 0..<0 }

  /// The kind of an id; nil outside the vocabulary.
  public func kind(of id: TokenID) -> Kind? {
    Kind.allCases.first { self[$0].contains(id) }
  }

  /// The layout of a tokenizer, or nil when its pieces are not in ICE order.
  ///
  /// Tokens added after training are found by their score, 0, at the end.
  public init?(_ tokenizer: ICETokenizer) {
    let pieces = tokenizer.text.model.pieces
    var addedStart = pieces.count
    while addedStart > 0,
      pieces[addedStart - 1].score == 0 || pieces[addedStart - 1].type != .normal
    {
      addedStart -= 1
    }
    let textStart = tokenizer.imageVocabularySize
    func unified(_ range: Range<Int>) -> Range<TokenID> {
      TokenID(textStart + range.lowerBound)..<TokenID(textStart + range.upperBound)
    }
    var ranges: [Kind: Range<TokenID>] = [.image: 0..<TokenID(textStart)]
    let order: [Kind] = [.special, .common, .english, .chinese, .rare]
    var position = 0
    for kind in order {
      let start = position
      while position < addedStart,
        kind == .rare || Self.kind(of: pieces[position], at: position) == kind
      {
        position += 1
      }
      ranges[kind] = unified(start..<position)
    }
    ranges[.added] = unified(position..<pieces.count)
    self.ranges = ranges
    if self[.english].isEmpty || self[.chinese].isEmpty { return nil }
  }

  /// The kind a piece belongs to by its text; `position` is where it would stand.
  static func kind(of piece: SentencePieceModel.Piece, at position: Int) -> Kind {
    if piece.type != .normal { return .special }
    let bare = Array(
      (piece.text.hasPrefix("▁") ? piece.text.dropFirst() : piece.text[...]).unicodeScalars)
    let startsWithSpace = piece.text.unicodeScalars.first == "▁"
    if bare.count <= 1, bare.allSatisfy({ $0.isASCII && !isLetter($0) }) {
      return position < firstEnglish ? .common : .rare
    }
    if let first = bare.first, isLetter(first),
      bare.allSatisfy({ isLetter($0) || $0 == "'" || $0 == "-" })
    {
      return .english
    }
    if !startsWithSpace, bare.allSatisfy(isChinese) { return .chinese }
    return .rare
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  /// Whether a scalar is a Han character or Chinese punctuation.
  static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2E80...0x2FDF,  // radicals
      0x3001...0x303F,  // CJK punctuation, 々, 〇
      0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,  // Han
      0xFE30...0xFE4F,  // vertical forms
      0xFF01...0xFF0F, 0xFF1A...0xFF20, 0xFF3B...0xFF40, 0xFF5B...0xFF65,  // full-width punctuation
      0x20000...0x323AF:  // Han, later extensions
      true
    default: false
    }
  }

  /// The pieces of a model in ICE order; ids within a kind fall with the score.
  ///
  /// The segmentation of a Unigram model depends on texts and scores alone, so the order is free.
  static func ordered(_ pieces: [SentencePieceModel.Piece]) -> [SentencePieceModel.Piece] {
    let ranked = pieces.enumerated().sorted {
      $0.element.score != $1.element.score
        ? $0.element.score > $1.element.score : $0.offset < $1.offset
    }.map(\.element)
    // The marks keep the ids they were trained with.
    let special = pieces.filter { $0.type != .normal }
    var groups: [Kind: [SentencePieceModel.Piece]] = [:]
    for piece in ranked where piece.type == .normal {
      let filled = special.count + (groups[.common]?.count ?? 0)
      groups[kind(of: piece, at: filled), default: []].append(piece)
    }
    return special + [.common, .english, .chinese, .rare].flatMap { groups[$0] ?? [] }
  }

  /// The layout as JSON: the side file of a trained vocabulary.
  public var json: String {
    let lines = Kind.allCases.filter { !self[$0].isEmpty }.map {
      "    \"\($0.rawValue)\": [\(self[$0].lowerBound), \(self[$0].upperBound)]"
    }
    let end = ranges.values.map(\.upperBound).max() ?? 0
    return "{\n  \"format\": \"tessera-ice-layout/1\",\n  \"size\": \(end),\n  \"ranges\": {\n"
      + lines.joined(separator: ",\n") + "\n  }\n}\n"
  }
}
