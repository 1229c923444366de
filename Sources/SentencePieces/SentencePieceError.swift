/// Why a sentencepiece model was refused, or a call on it failed.
public struct SentencePieceError: Error, Equatable, Sendable {
  /// What was wrong, with the numbers that disagree.
  @nonexhaustive public enum Reason: Equatable, Sendable {
    /// The file cannot be read.
    case unreadable(path: String)
    /// The bytes are a Git-LFS pointer: the text that stands in for a file never downloaded.
    case gitLFSPointer
    /// The bytes end inside a field.
    case truncated(needed: Int, available: Int)
    /// The bytes are not a serialized `ModelProto`.
    case notAModel(detail: String)
    /// The pieces are not followed by the specification named here, as in every whole file.
    case specificationMissing(String, pieceCount: Int)
    /// Fewer pieces than the trainer's specification states.
    case piecesMissing(stated: Int, found: Int)
    /// Only Unigram (1) and BPE (2) models are supported.
    case unsupportedModelType(Int)
    /// More pieces than ``SentencePieceModel/pieceLimit``.
    case tooManyPieces(count: Int, limit: Int)
    /// A piece has no text.
    case emptyPiece(id: Int)
    /// A piece is not UTF-8.
    case pieceNotUTF8(id: Int)
    /// Two pieces have the same text.
    case duplicatePiece(String, first: Int, second: Int)
    /// The score of a piece is not a finite number.
    case scoreNotFinite(id: Int)
    /// A model needs exactly one piece of type UNKNOWN.
    case unknownPieceCount(Int)
    /// Byte fallback needs the 256 pieces `<0x00>` … `<0xFF>`.
    case bytePieceCount(Int)
    /// The normaliser's compiled character map is damaged.
    case damagedCharacterMap(detail: String)
    /// An id lies outside `0..<pieceCount`.
    case idOutOfRange(id: Int, index: Int, pieceCount: Int)
    /// The vocabulary has no such piece.
    case noSuchPiece(String)
    /// The operation works on Unigram models only.
    case needsUnigram(operation: String)
    /// An option lies outside what it may be.
    case optionOutOfRange(name: String, value: String, allowed: String)
    /// There is no text to train on.
    case emptyCorpus
    /// libsentencepiece refused; its own message.
    case library(String)
  }

  /// What was wrong.
  public let reason: Reason
  /// The byte at fault, counted from the start of the model; nil when no byte is.
  public let offset: Int?

  /// Makes an error.
  public init(_ reason: Reason, offset: Int? = nil) {
    self.reason = reason
    self.offset = offset
  }
}

extension SentencePieceError: CustomStringConvertible {
  /// One line: what, where, what was expected, what to do.
  public var description: String {
    "sentencepiece: " + reason.sentence + (offset.map { " (at byte \($0))" } ?? "")
  }
}

extension SentencePieceError.Reason {
  var sentence: String {
    switch self {
    case .unreadable(let path): "\(path) cannot be read; is there such a file?"
    case .gitLFSPointer:
      "this is a Git-LFS pointer, not a model; fetch the real file with 'git lfs pull'"
    case .truncated(let needed, let available):
      "the model is cut off: a field needs \(needed) bytes and \(available) are left; copy it again"
    case .notAModel(let detail):
      "this is not a sentencepiece model: \(detail)"
    case .specificationMissing(let name, let count):
      "the model is cut off: \(count) pieces and no \(name) specification behind them; copy it "
        + "again (was it made so, 'tessera ice' takes it with --partial-model, Swift with "
        + "acceptsPartial)"
    case .piecesMissing(let stated, let found):
      "the model states \(stated) pieces and has \(found); copy it again (was it made so, "
        + "'tessera ice' takes it with --partial-model, Swift with acceptsPartial)"
    case .unsupportedModelType(let type):
      "the model is of type \(type); only Unigram (1) and BPE (2) are supported"
    case .tooManyPieces(let count, let limit):
      "the model lists \(count) pieces or more, above the limit of \(limit)"
    case .emptyPiece(let id): "piece \(id) has no text"
    case .pieceNotUTF8(let id): "piece \(id) is not UTF-8"
    case .duplicatePiece(let text, let first, let second):
      "pieces \(first) and \(second) are both '\(text)'; a vocabulary lists each piece once"
    case .scoreNotFinite(let id): "the score of piece \(id) is not a finite number"
    case .unknownPieceCount(let count):
      "the model has \(count) pieces of type UNKNOWN; exactly 1 is needed"
    case .bytePieceCount(let count):
      "byte fallback is on, but \(count) of the 256 byte pieces <0x00>…<0xFF> are there"
    case .damagedCharacterMap(let detail):
      "the normaliser's character map is damaged: \(detail)"
    case .idOutOfRange(let id, let index, let pieceCount):
      "id \(id) at index \(index) lies outside 0..<\(pieceCount)"
    case .noSuchPiece(let piece): "the vocabulary has no piece '\(piece)'"
    case .needsUnigram(let operation):
      "\(operation) needs a Unigram model; this one is BPE"
    case .optionOutOfRange(let name, let value, let allowed):
      "\(name) is \(value); it must be \(allowed)"
    case .emptyCorpus: "there is no text to train on"
    case .library(let message): "libsentencepiece: \(message)"
    }
  }
}
