import Dispatch
import Synchronization
public import Tokens

/// Text to ids and back with a sentencepiece model, Unigram or BPE.
///
/// The ids are those of the original program on the same model file. Encoding and decoding are our
/// own (`UnigramEncoder`, `BPEEncoder`, `Detokenizer`), with libsentencepiece as their oracle;
/// n-best, sampling and training call libsentencepiece.
///
/// A value that may be used from any number of threads at once.
public struct SentencePieceTokenizer: Sendable {
  /// The model's content.
  public let model: SentencePieceModel
  /// The id of the piece that stands for anything unknown (`<unk>`).
  public let unknownID: TokenID

  private let trie: PieceTrie
  private let normalizer: TextNormalizer
  private let encoder: Encoder
  private let detokenizer: Detokenizer
  private let byteIDs: [TokenID]
  private let library: LazyLibrary

  private enum Encoder: Sendable {
    case unigram(UnigramEncoder)
    case bpe(BPEEncoder)
    case library
  }

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - modelBytes: The whole file.
  ///   - acceptsPartial: See ``SentencePieceModel/init(bytes:acceptsPartial:)``.
  /// - Throws: ``SentencePieceError`` for anything that is not a sound Unigram or BPE model.
  public init(modelBytes: [UInt8], acceptsPartial: Bool = false) throws(SentencePieceError) {
    try self.init(try SentencePieceModel(bytes: modelBytes, acceptsPartial: acceptsPartial))
  }

  /// Makes a tokenizer of a model that was read or edited.
  ///
  /// - Throws: ``SentencePieceError`` when two pieces are alike or the model breaks another rule.
  public init(_ model: SentencePieceModel) throws(SentencePieceError) {
    try model.check()
    self.model = model
    let texts = PieceTexts(model.pieces.lazy.map(\.text))
    unknownID = TokenID(model.pieces.firstIndex { $0.type == .unknown } ?? 0)

    let everything: PieceTrie
    do {
      everything = try PieceTrie(texts, ids: 0..<Int32(texts.count))
    } catch {
      throw SentencePieceError(
        .duplicatePiece(model.pieces[error.first].text, first: error.first, second: error.second))
    }
    trie = everything

    // Marks, the unknown piece and bytes are never found in text, whatever their spelling.
    let userDefined = model.pieces.indices.lazy.filter { model.pieces[$0].type == .userDefined }
      .map { Int32($0) }
    var starts = [Bool](repeating: false, count: 256)
    for id in userDefined { starts[Int(texts.bytes[texts.range(Int(id)).lowerBound])] = true }
    // A subset of keys that are all different has no duplicates.
    let protected = userDefined.isEmpty ? nil : try? PieceTrie(texts, ids: userDefined)
    normalizer = try TextNormalizer(model, userDefined: protected, firstBytes: starts)

    switch model.algorithm {
    case .unigram:
      encoder = .unigram(UnigramEncoder(model, trie: everything, unknownID: unknownID))
    case .bpe where model.pieces.contains { $0.type == .unused }:
      encoder = .library
    case .bpe:
      let found = model.pieces.indices.filter {
        model.pieces[$0].type == .normal || model.pieces[$0].type == .userDefined
      }.map { Int32($0) }
      encoder = .bpe(
        BPEEncoder(
          model, texts: texts, ids: found, trie: (try? PieceTrie(texts, ids: found)) ?? everything,
          userDefined: protected, startsUserDefined: starts, unknownID: unknownID))
    }
    detokenizer = Detokenizer(model, texts: texts)
    let unknown = unknownID
    byteIDs =
      model.byteFallback
      ? (0...255).map {
        everything.value(of: Array(SentencePieceModel.bytePiece(UInt8($0)).utf8)) ?? unknown
      } : []
    library = LazyLibrary(model)
  }

  // MARK: Vocabulary

  /// How many pieces there are; ids lie in `0..<pieceCount`.
  public var pieceCount: Int { model.pieces.count }

  /// The id of a piece, compared byte by byte, or nil when the vocabulary lacks it.
  public func id(of piece: String) -> TokenID? { trie.value(of: piece.utf8) }

  /// The piece with an id, or nil outside `0..<pieceCount`.
  public func piece(_ id: TokenID) -> SentencePieceModel.Piece? {
    id >= 0 && Int(id) < pieceCount ? model.pieces[Int(id)] : nil
  }

  /// The id of the piece that starts a sequence (`<s>`), or nil when the model has none.
  public var beginningID: TokenID? { mark(model.markPieces.beginning) }
  /// The id of the piece that ends a sequence (`</s>`), or nil when the model has none.
  public var endID: TokenID? { mark(model.markPieces.end) }
  /// The id of the piece that fills a sequence up (`<pad>`), or nil when the model has none.
  public var paddingID: TokenID? { mark(model.markPieces.padding) }

  private func mark(_ text: String) -> TokenID? {
    guard let id = id(of: text), model.pieces[Int(id)].type == .control else { return nil }
    return id
  }

  // MARK: Encoding

  /// Room that encoding needs, kept from line to line where many are encoded.
  package struct Scratch {
    fileprivate var normalized: [UInt8] = []
    fileprivate var segments: [Segment] = []
    fileprivate var lattice = UnigramEncoder.Lattice()

    package init() {}
  }

  /// Encodes a line of text.
  ///
  /// - Returns: Ids in `0..<pieceCount`; none for text that the normaliser leaves empty.
  public func encode(_ text: String) -> [TokenID] {
    var scratch = Scratch()
    var ids: [TokenID] = []
    encode(text, with: &scratch, into: &ids)
    return ids
  }

  /// Encodes many lines on several threads.
  ///
  /// - Parameters:
  ///   - lines: Any number of lines.
  ///   - threads: At least 1. The result does not depend on it.
  /// - Returns: The ids of each line, in order.
  public func encode(_ lines: [String], threads: Int) -> [[TokenID]] {
    let threads = max(1, min(threads, lines.count))
    // More parts than threads, so that a thread with long lines does not keep the others waiting.
    let partSize = max(1, (lines.count + threads * 8 - 1) / (threads * 8))
    let partCount = (lines.count + partSize - 1) / partSize
    @Sendable func encodePart(_ part: Int) -> [[TokenID]] {
      var scratch = Scratch()
      return lines[part * partSize..<min((part + 1) * partSize, lines.count)].map { line in
        var ids: [TokenID] = []
        encode(line, with: &scratch, into: &ids)
        return ids
      }
    }
    if threads == 1 { return (0..<partCount).flatMap(encodePart) }
    let parts = Mutex([[[TokenID]]](repeating: [], count: partCount))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while case let part = next.add(1, ordering: .relaxed).oldValue, part < partCount {
        let encoded = encodePart(part)
        parts.withLock { $0[part] = encoded }
      }
    }
    return parts.withLock { $0.flatMap { $0 } }
  }

  private func encode(_ text: String, with scratch: inout Scratch, into ids: inout [TokenID]) {
    var text = text
    text.makeContiguousUTF8()
    encode(text.utf8.span, with: &scratch, into: &ids)
  }

  /// Appends the ids of a line of UTF-8.
  package func encode(
    _ text: borrowing Span<UInt8>, with scratch: inout Scratch, into ids: inout [TokenID]
  ) {
    if case .library = encoder {
      var copy: [UInt8] = []
      for i in text.indices { copy.append(text[i]) }
      // A model that loads can encode any UTF-8; without the library there is nothing better to
      // return than the unknown piece.
      ids += (try? library.model().encode(copy)) ?? [unknownID]
      return
    }
    segment(text, &scratch)
    var start = 0
    var previousUnknown = false
    for segment in scratch.segments {
      let unknown = segment.id == unknownID
      if !unknown {
        ids.append(segment.id)
      } else if model.byteFallback {
        for byte in scratch.normalized[start..<segment.end] { ids.append(byteIDs[Int(byte)]) }
      } else if !previousUnknown {
        // A run of unknown characters is one `<unk>`.
        ids.append(unknownID)
      }
      previousUnknown = unknown
      start = segment.end
    }
  }

  private func segment(_ text: borrowing Span<UInt8>, _ scratch: inout Scratch) {
    normalizer.normalize(text, into: &scratch.normalized)
    // Moved out and back, because the span of one field excludes writing to another.
    var segments = scratch.segments
    scratch.segments = []
    segments.removeAll(keepingCapacity: true)
    switch encoder {
    case .unigram(let encoder):
      var lattice = scratch.lattice
      scratch.lattice = UnigramEncoder.Lattice()
      encoder.segment(scratch.normalized.span, with: &lattice, into: &segments)
      scratch.lattice = lattice
    case .bpe(let encoder): encoder.segment(scratch.normalized.span, into: &segments)
    case .library: break
    }
    scratch.segments = segments
  }

  /// Encodes a line into the texts of its pieces; unknown text stands for itself.
  public func pieces(of text: String) -> [String] {
    var scratch = Scratch()
    var text = text
    text.makeContiguousUTF8()
    segment(text.utf8.span, &scratch)
    if case .library = encoder { return encode(text).map { model.pieces[Int($0)].text } }
    var result: [String] = []
    var start = 0
    var previousUnknown = false
    for segment in scratch.segments {
      let bytes = scratch.normalized[start..<segment.end]
      let unknown = segment.id == unknownID
      if unknown, model.byteFallback {
        result += bytes.map(SentencePieceModel.bytePiece)
      } else if unknown, previousUnknown {
        result[result.count - 1] += String(decoding: bytes, as: UTF8.self)
      } else {
        result.append(String(decoding: bytes, as: UTF8.self))
      }
      previousUnknown = unknown
      start = segment.end
    }
    return result
  }

  /// One piece of a line, and the text it stands for.
  public struct AlignedPiece: Equatable, Sendable {
    /// The piece's id; ``SentencePieceTokenizer/unknownID`` for a character the vocabulary lacks,
    /// also where encoding would spell it in bytes.
    public let id: TokenID
    /// The normalised text, with `▁` for a space.
    public let text: String
    /// Where in the line it comes from, in UTF-8 bytes.
    public let source: Range<Int>
  }

  /// Encodes a line and says which part of it each piece stands for.
  ///
  /// Unlike ``encode(_:)`` this keeps every unknown character apart. (Models with unused BPE pieces
  /// give no pieces here.)
  public func align(_ text: String) -> [AlignedPiece] {
    let (bytes, offsets) = normalizeWithOffsets(text)
    var scratch = Scratch()
    var text = text
    text.makeContiguousUTF8()
    segment(text.utf8.span, &scratch)
    var start = 0
    return scratch.segments.map { segment in
      defer { start = segment.end }
      return AlignedPiece(
        id: segment.id, text: String(decoding: bytes[start..<segment.end], as: UTF8.self),
        source: offsets[start]..<offsets[segment.end])
    }
  }

  /// The text after the model's normaliser, with `▁` for a space.
  public func normalize(_ text: String) -> String {
    var output: [UInt8] = []
    var text = text
    text.makeContiguousUTF8()
    normalizer.normalize(text.utf8.span, into: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// The text after the model's normaliser, and where each of its bytes came from.
  ///
  /// - Returns: UTF-8, and for each byte the offset in `text` (in UTF-8 bytes) of what it stands
  ///   for; one offset more says where the used part of `text` ends.
  public func normalizeWithOffsets(_ text: String) -> (bytes: [UInt8], offsets: [Int]) {
    var text = text
    text.makeContiguousUTF8()
    return normalizer.normalizeWithOffsets(text.utf8.span)
  }

  // MARK: Decoding

  /// Puts text back together from ids.
  ///
  /// Control pieces vanish, `<unk>` becomes the model's ` ⁇ `, one space in front is dropped when
  /// the normaliser adds one, and bytes that form no UTF-8 become U+FFFD.
  ///
  /// - Throws: ``SentencePieceError`` for an id outside `0..<pieceCount`.
  public func decode(_ ids: some Collection<TokenID>) throws(SentencePieceError) -> String {
    let ids = Array(ids)
    for (index, id) in ids.enumerated() where id < 0 || Int(id) >= pieceCount {
      throw SentencePieceError(.idOutOfRange(id: Int(id), index: index, pieceCount: pieceCount))
    }
    if model.hasDenormalizer {
      return String(decoding: try library.model().decode(ids), as: UTF8.self)
    }
    var text: [UInt8] = []
    detokenizer.append(ids, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  // MARK: Several segmentations

  /// The best segmentations of a line, best first.
  ///
  /// - Parameter count: How many are wanted, 1...1024; fewer are returned when there are fewer.
  /// - Throws: ``SentencePieceError`` for a BPE model, which has one segmentation only.
  public func nBest(_ text: String, count: Int) throws(SentencePieceError) -> [[TokenID]] {
    guard model.algorithm == .unigram else {
      throw SentencePieceError(.needsUnigram(operation: "n-best encoding"))
    }
    guard (1...1024).contains(count) else {
      throw SentencePieceError(
        .optionOutOfRange(name: "count", value: "\(count)", allowed: "in 1...1024"))
    }
    return try library.model().nBest(Array(text.utf8), count: count)
  }

  /// Draws one segmentation of each line (subword regularisation; BPE dropout for a BPE model).
  ///
  /// - Parameters:
  ///   - lines: The lines, drawn for one after the other.
  ///   - nBest: Unigram: draw among this many best ones, or among all when negative. BPE ignores
  ///     it.
  ///   - alpha: Unigram: the exponent of the probabilities, 0 is uniform. BPE: the probability of
  ///     dropping a merge, 0...1.
  ///   - seed: The same seed, lines and model give the same ids on every run. `UInt32.max` is the
  ///     one value that the original reserves, and is refused.
  public func sample(
    _ lines: [String], nBest: Int = -1, alpha: Float, seed: UInt32
  ) throws(SentencePieceError) -> [[TokenID]] {
    guard seed != .max else {
      throw SentencePieceError(
        .optionOutOfRange(name: "seed", value: "\(seed)", allowed: "below 4294967295"))
    }
    guard alpha.isFinite, alpha >= 0, model.algorithm == .unigram || alpha <= 1 else {
      throw SentencePieceError(
        .optionOutOfRange(
          name: "alpha", value: "\(alpha)", allowed: "at least 0, and at most 1 for BPE"))
    }
    guard nBest <= 512 else {
      throw SentencePieceError(
        .optionOutOfRange(name: "nBest", value: "\(nBest)", allowed: "at most 512"))
    }
    return try library.model().sample(TextLines(lines), nBest: nBest, alpha: alpha, seed: seed)
  }

  // MARK: Oracle

  /// What libsentencepiece makes of the same text: the oracle of ``encode(_:)``.
  package func encodeWithLibrary(_ text: String) throws(SentencePieceError) -> [TokenID] {
    try library.model().encode(Array(text.utf8))
  }

  /// What libsentencepiece makes of the same ids: the oracle of ``decode(_:)``.
  package func decodeWithLibrary(_ ids: [TokenID]) throws(SentencePieceError) -> String {
    String(decoding: try library.model().decode(ids), as: UTF8.self)
  }
}

/// libsentencepiece's own copy of a model, loaded when it is first needed.
private final class LazyLibrary: Sendable {
  private let source: SentencePieceModel
  private let loaded = Mutex<LibraryModel?>(nil)

  init(_ source: SentencePieceModel) { self.source = source }

  func model() throws(SentencePieceError) -> LibraryModel {
    let result: Result<LibraryModel, SentencePieceError> = loaded.withLock { loaded in
      if let loaded { return .success(loaded) }
      do throws(SentencePieceError) {
        let fresh = try LibraryModel(source.serialized())
        loaded = fresh
        return .success(fresh)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
