public import Tokens

/// How a model that uses sentencepiece numbers its pieces and frames a text.
///
/// Source: Kandinsky 2.0's two text encoders, and the tokenizers of XLM-RoBERTa and mT5 that they
/// take over.
public enum PieceIDMapping: String, Sendable, CaseIterable {
  /// XLM-RoBERTa: `<s>` 0, `<pad>` 1, `</s>` 2, `<unk>` 3, every other piece id + 1, and `<mask>`
  /// behind the last piece; a text is `<s> X </s>`.
  case xlmr
  /// mT5: the model's own ids (`<pad>` 0, `</s>` 1, `<unk>` 2); a text is `X </s>`.
  case mt5

  /// The length both encoders of Kandinsky 2.0 pad or cut to.
  public static let kandinskyLength = 77

  /// A text framed and padded.
  public struct PaddedText: Equatable, Sendable {
    /// Ids, padding included.
    public let ids: [TokenID]
    /// 1 for an id that counts, 0 for padding; as long as ``ids``.
    public let mask: [UInt8]
  }

  /// The id that fills a text up.
  public var paddingID: TokenID { self == .xlmr ? 1 : 0 }

  /// The id that ends a text.
  public var endID: TokenID { self == .xlmr ? 2 : 1 }

  /// The id of `<mask>` (XLM-R), or nil.
  public func maskID(pieceCount: Int) -> TokenID? {
    self == .xlmr ? TokenID(pieceCount) + 1 : nil
  }

  /// The id of a piece of the model.
  ///
  /// - Parameters:
  ///   - piece: An id of the sentencepiece model.
  ///   - unknown: The model's id of `<unk>`.
  public func id(ofPiece piece: TokenID, unknown: TokenID) -> TokenID {
    switch self {
    case .mt5: piece
    case .xlmr:
      // The model's own `<s>` (1) and `</s>` (2) trade places with the framework's.
      piece == unknown ? 3 : piece == 1 ? 0 : piece == 2 ? 2 : piece + 1
    }
  }

  /// The piece of the model that an id stands for; nil for marks that the model lacks.
  ///
  /// The inverse of ``id(ofPiece:unknown:)``.
  public func piece(ofID id: TokenID, unknown: TokenID, pieceCount: Int) -> TokenID? {
    switch self {
    case .mt5: return id >= 0 && Int(id) < pieceCount ? id : nil
    case .xlmr:
      switch id {
      case 0: return 1
      case 1: return nil
      case 2: return 2
      case 3: return unknown
      default: return id > 3 && Int(id) <= pieceCount ? id - 1 : nil
      }
    }
  }

  /// Encodes a text, frames it with the mapping's marks, and pads or cuts it.
  ///
  /// - Parameters:
  ///   - text: Any text.
  ///   - tokenizer: The mapping's sentencepiece model.
  ///   - length: The length of the result, at least 2; a longer text loses pieces at its end and
  ///     keeps its marks. nil neither pads nor cuts.
  public func encode(
    _ text: String, with tokenizer: SentencePieceTokenizer,
    length: Int? = PieceIDMapping.kandinskyLength
  ) -> PaddedText {
    precondition(length ?? 2 >= 2, "a framed text has at least 2 ids, not \(length ?? 0)")
    var ids = tokenizer.encode(text).map { id(ofPiece: $0, unknown: tokenizer.unknownID) }
    if self == .xlmr { ids.insert(0, at: 0) }
    if let length, ids.count > length - 1 { ids.removeLast(ids.count - length + 1) }
    ids.append(endID)
    let used = ids.count
    if let length { ids += repeatElement(paddingID, count: length - used) }
    return PaddedText(
      ids: ids,
      mask: Array(repeating: 1, count: used) + Array(repeating: 0, count: ids.count - used))
  }

  /// Decodes ids, leaving out the marks of the frame and padding.
  ///
  /// - Throws: ``SentencePieceError`` for an id outside the vocabulary.
  public func decode(
    _ ids: some Collection<TokenID>, with tokenizer: SentencePieceTokenizer
  ) throws(SentencePieceError) -> String {
    var pieces: [TokenID] = []
    for (index, id) in ids.enumerated() {
      if id == paddingID || id == endID || id == maskID(pieceCount: tokenizer.pieceCount) {
        continue
      }
      if self == .xlmr, id == 0 { continue }
      guard
        let piece = piece(
          ofID: id, unknown: tokenizer.unknownID, pieceCount: tokenizer.pieceCount)
      else {
        throw SentencePieceError(
          .idOutOfRange(id: Int(id), index: index, pieceCount: tokenizer.pieceCount))
      }
      pieces.append(piece)
    }
    return try tokenizer.decode(pieces)
  }
}
