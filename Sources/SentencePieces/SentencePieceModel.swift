/// A sentencepiece model file: pieces with scores, and the specification of the normaliser.
///
/// This is the file's content as data. It is checked when it is read, can be edited (add a piece,
/// change a score, re-order) and written again; fields this type does not know are kept.
///
/// Source: `sentencepiece_model.proto` of google/sentencepiece (`ModelProto`).
public struct SentencePieceModel: Sendable {
  /// What a piece stands for; raw values as in the file.
  public enum PieceType: Int, Sendable, CaseIterable {
    /// An ordinary piece of text.
    case normal = 1
    /// The piece that stands for anything the vocabulary lacks.
    case unknown = 2
    /// A mark such as `<s>`: never produced by encoding text, decoded to nothing.
    case control = 3
    /// Text that is always one piece and that the normaliser leaves alone.
    case userDefined = 4
    /// A piece that is not to be used.
    case unused = 5
    /// One byte of text that the vocabulary lacks.
    case byte = 6
  }

  /// One entry of the vocabulary.
  public struct Piece: Sendable {
    /// The text, with `▁` (U+2581) for a space.
    public var text: String
    /// Unigram: the log-probability. BPE: minus the merge rank.
    public var score: Float
    /// What the piece stands for.
    public var type: PieceType

    /// Makes a piece.
    public init(text: String, score: Float, type: PieceType = .normal) {
      self.text = text
      self.score = score
      self.type = type
    }
  }

  /// The algorithm that segments text.
  public enum Algorithm: Int, Sendable {
    /// The most probable segmentation under independent piece probabilities.
    case unigram = 1
    /// Byte-pair encoding: merges in the order of their ranks.
    case bpe = 2
  }

  /// More pieces than any known vocabulary: a guard against damaged files.
  public static let pieceLimit = 1 << 22

  /// More UTF-8 in all pieces together than any known vocabulary has.
  public static let textLimit = 1 << 26

  /// The vocabulary; an id is an index into it.
  public var pieces: [Piece]
  /// How text is segmented.
  public let algorithm: Algorithm
  /// The normaliser's name in the file (`nmt_nfkc`, `identity`, …); informative only.
  public let normalizerName: String
  /// Whether characters outside the vocabulary are spelled as bytes.
  public var byteFallback: Bool
  /// Whether a space is put before the text (after it, see ``whitespaceIsSuffix``).
  public var addsDummyPrefix: Bool
  /// Whether runs of spaces become one, and leading and trailing ones vanish.
  public var removesExtraWhitespaces: Bool
  /// Whether spaces are written `▁` in pieces.
  public let escapesWhitespaces: Bool
  /// Whether a piece carries its space behind (`word▁`) and not before.
  public let whitespaceIsSuffix: Bool
  /// What an unknown piece decodes to; ` ⁇ ` unless the model says otherwise.
  public let unknownSurface: String
  /// Texts of the pieces that start, end and pad a sequence.
  let markPieces: (beginning: String, end: String, padding: String)
  /// Whether decoded text goes through a second normaliser.
  let hasDenormalizer: Bool
  /// `precompiled_charsmap`; empty when the text is left as it is.
  let characterMap: [UInt8]
  /// Trainer and normaliser specification as they stand in the file.
  private let trainerSpecification: [UInt8]
  private let normalizerSpecification: [UInt8]
  /// Fields of the file other than pieces and the two specifications.
  private let otherFields: [(number: Int, bytes: [UInt8])]

  /// Reads and checks a model.
  ///
  /// A file cut off between two fields is well-formed. The library writes the specifications behind
  /// the pieces, and into them how many pieces there are, so a file without them, or with fewer
  /// pieces, is refused as cut off. (More pieces are no fault: that is how vocabularies are extended.)
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - acceptsPartial: Whether to read a file that looks cut off, because it was made so.
  /// - Throws: ``SentencePieceError`` for a Git-LFS pointer, a truncated or foreign file, or a
  ///   vocabulary that breaks the rules (empty or duplicate pieces, no `<unk>`).
  public init(bytes: [UInt8], acceptsPartial: Bool = false) throws(SentencePieceError) {
    if bytes.starts(with: Array("version https://git-lfs".utf8)) {
      throw SentencePieceError(.gitLFSPointer, offset: 0)
    }
    if bytes.isEmpty { throw SentencePieceError(.notAModel(detail: "the file is empty")) }
    var pieces: [Piece] = []
    var trainer: [UInt8]?
    var normalizer: [UInt8]?
    var others: [(number: Int, bytes: [UInt8])] = []
    var hasDenormalizer = false
    var reader = ProtobufReader(bytes)
    while let (number, value) = try reader.next() {
      guard case .bytes(let range) = value else {
        if number >= 200 { continue }  // an extension's scalar; sentencepiece itself has none
        throw SentencePieceError(
          .notAModel(detail: "field \(number) is not a message"), offset: reader.position)
      }
      switch number {
      case 1:
        guard pieces.count < Self.pieceLimit else {
          throw SentencePieceError(
            .tooManyPieces(count: pieces.count + 1, limit: Self.pieceLimit),
            offset: range.lowerBound)
        }
        pieces.append(try Self.piece(in: bytes, range, id: pieces.count))
      case 2: trainer = (trainer ?? []) + bytes[range]
      case 3: normalizer = (normalizer ?? []) + bytes[range]
      default:
        if number == 5 { hasDenormalizer = range.count > 0 }
        others.append((number, Array(bytes[range])))
      }
    }
    if !acceptsPartial, !pieces.isEmpty {
      guard let trainer, normalizer != nil else {
        throw SentencePieceError(
          .specificationMissing(
            trainer == nil ? "trainer" : "normaliser", pieceCount: pieces.count),
          offset: bytes.count)
      }
      let stated = try Self.statedPieceCount(trainer)
      if let stated, stated > pieces.count {
        throw SentencePieceError(.piecesMissing(stated: stated, found: pieces.count))
      }
    }
    try self.init(
      pieces: pieces, trainer: trainer ?? [], normalizer: normalizer ?? [], others: others,
      hasDenormalizer: hasDenormalizer)
    try check()
  }

  /// The size of the vocabulary as the trainer's specification states it.
  private static func statedPieceCount(_ trainer: [UInt8]) throws(SentencePieceError) -> Int? {
    var reader = ProtobufReader(trainer)
    var stated: Int?
    while let (number, value) = try reader.next() {
      if case (4, .varint(let value)) = (number, value) { stated = Int(clamping: value) }
    }
    return stated
  }

  private init(
    pieces: [Piece], trainer: [UInt8], normalizer: [UInt8],
    others: [(number: Int, bytes: [UInt8])], hasDenormalizer: Bool
  ) throws(SentencePieceError) {
    self.pieces = pieces
    trainerSpecification = trainer
    normalizerSpecification = normalizer
    otherFields = others

    var type = 1
    var suffix = false
    var fallback = false
    var surface = " \u{2047} "
    var marks = (beginning: "<s>", end: "</s>", padding: "<pad>")
    var reader = ProtobufReader(trainer)
    while let (number, value) = try reader.next() {
      switch (number, value) {
      case (3, .varint(let value)): type = Int(clamping: value)
      case (24, .varint(let value)): suffix = value != 0
      case (35, .varint(let value)): fallback = value != 0
      case (44, .bytes(let range)): surface = String(decoding: trainer[range], as: UTF8.self)
      case (46, .bytes(let range)):
        marks.beginning = String(decoding: trainer[range], as: UTF8.self)
      case (47, .bytes(let range)): marks.end = String(decoding: trainer[range], as: UTF8.self)
      case (48, .bytes(let range)): marks.padding = String(decoding: trainer[range], as: UTF8.self)
      default: break
      }
    }
    guard let algorithm = Algorithm(rawValue: type) else {
      throw SentencePieceError(.unsupportedModelType(type))
    }
    self.algorithm = algorithm
    whitespaceIsSuffix = suffix
    byteFallback = fallback
    unknownSurface = surface
    markPieces = marks

    var name = ""
    var map: [UInt8] = []
    var (prefix, removes, escapes) = (true, true, true)
    reader = ProtobufReader(normalizer)
    while let (number, value) = try reader.next() {
      switch (number, value) {
      case (1, .bytes(let range)): name = String(decoding: normalizer[range], as: UTF8.self)
      case (2, .bytes(let range)): map = Array(normalizer[range])
      case (3, .varint(let value)): prefix = value != 0
      case (4, .varint(let value)): removes = value != 0
      case (5, .varint(let value)): escapes = value != 0
      default: break
      }
    }
    normalizerName = name
    characterMap = map
    addsDummyPrefix = prefix
    removesExtraWhitespaces = removes
    escapesWhitespaces = escapes
    self.hasDenormalizer = hasDenormalizer
  }

  private static func piece(
    in bytes: [UInt8], _ range: Range<Int>, id: Int
  ) throws(SentencePieceError) -> Piece {
    var text: String?
    var score: Float = 0
    var type = PieceType.normal
    var reader = ProtobufReader(bytes, in: range)
    while let (number, value) = try reader.next() {
      switch (number, value) {
      case (1, .bytes(let range)):
        guard let valid = String(validating: bytes[range], as: UTF8.self) else {
          throw SentencePieceError(.pieceNotUTF8(id: id), offset: range.lowerBound)
        }
        text = valid
      case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
      case (3, .varint(let value)):
        guard let known = PieceType(rawValue: Int(clamping: value)) else {
          throw SentencePieceError(
            .notAModel(detail: "piece \(id) has type \(value)"), offset: range.lowerBound)
        }
        type = known
      default: break
      }
    }
    guard let text, !text.isEmpty else {
      throw SentencePieceError(.emptyPiece(id: id), offset: range.lowerBound)
    }
    return Piece(text: text, score: score, type: type)
  }

  /// Checks the rules that hold for pieces, except that no two may be alike: that is found when a
  /// tokenizer is made of them.
  ///
  /// - Throws: ``SentencePieceError`` naming the first piece that breaks one.
  public func check() throws(SentencePieceError) {
    guard !pieces.isEmpty else {
      throw SentencePieceError(.notAModel(detail: "it lists no pieces"))
    }
    var unknown = 0
    var byteCount = 0
    var textSize = 0
    for (id, piece) in pieces.enumerated() {
      if piece.text.isEmpty { throw SentencePieceError(.emptyPiece(id: id)) }
      textSize += piece.text.utf8.count
      if textSize > Self.textLimit {
        throw SentencePieceError(.notAModel(detail: "its pieces hold over \(Self.textLimit) bytes"))
      }
      if !piece.score.isFinite { throw SentencePieceError(.scoreNotFinite(id: id)) }
      if piece.type == .unknown { unknown += 1 }
      if piece.type == .byte, Self.byte(of: piece.text) != nil { byteCount += 1 }
    }
    if unknown != 1 { throw SentencePieceError(.unknownPieceCount(unknown)) }
    if byteFallback, byteCount != 256 { throw SentencePieceError(.bytePieceCount(byteCount)) }
  }

  /// The byte that `<0x41>` stands for, or nil when the text is no byte piece.
  static func byte(of text: String) -> UInt8? {
    guard text.utf8.count == 6, text.hasPrefix("<0x"), text.hasSuffix(">") else { return nil }
    return UInt8(text.dropFirst(3).dropLast(), radix: 16)
  }

  /// The text of the byte piece for `byte`.
  public static func bytePiece(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x" + (digits.count < 2 ? "0" : "") + digits + ">"
  }

  /// The file's bytes: the inverse of ``init(bytes:)``.
  ///
  /// What can be changed here is written as it is now; everything else as it was read.
  public func serialized() -> [UInt8] {
    var writer = ProtobufWriter()
    for piece in pieces {
      var inner = ProtobufWriter()
      inner.bytes(1, piece.text.utf8)
      inner.float(2, piece.score)
      if piece.type != .normal { inner.varint(3, UInt64(piece.type.rawValue)) }
      writer.bytes(1, inner.bytes)
    }
    // Of a repeated scalar field the last occurrence counts, so appending overrides.
    var trainer = ProtobufWriter()
    trainer.varint(4, UInt64(pieces.count))
    trainer.varint(35, byteFallback ? 1 : 0)
    writer.bytes(2, trainerSpecification + trainer.bytes)
    var normalizer = ProtobufWriter()
    normalizer.varint(3, addsDummyPrefix ? 1 : 0)
    normalizer.varint(4, removesExtraWhitespaces ? 1 : 0)
    writer.bytes(3, normalizerSpecification + normalizer.bytes)
    for (number, bytes) in otherFields { writer.bytes(number, bytes) }
    return writer.bytes
  }
}
