import SentencePieces
public import Tokens

extension ICETokenizer {
  /// Adds tokens that text is searched for and that keep their meaning as one id.
  ///
  /// Each new token gets the next free id. A token that is there already keeps its id. Either all
  /// are added, or, when one is refused, none.
  ///
  /// - Parameter tokens: Texts that the normaliser leaves as they are.
  /// - Returns: The id of each token, in order.
  /// - Throws: ``UnifiedTokenizerError`` for a token that could never be found in text, or a BPE
  ///   model, in which only merges make tokens.
  @discardableResult
  public mutating func addSpecialTokens(_ tokens: [String]) throws(UnifiedTokenizerError)
    -> [TokenID]
  {
    guard text.model.algorithm == .unigram else {
      throw UnifiedTokenizerError(.needsUnigram(operation: "adding a token"))
    }
    var model = text.model
    var added: [[UInt8]: TokenID] = [:]
    var ids: [TokenID] = []
    for token in tokens {
      if token.isEmpty { throw UnifiedTokenizerError(.emptyToken) }
      if let id = text.id(of: token) ?? added[Array(token.utf8)] {
        ids.append(id + TokenID(imageVocabularySize))
        continue
      }
      var normalized = text.normalize(token)[...]
      if model.addsDummyPrefix, normalized.hasPrefix("▁") { normalized = normalized.dropFirst() }
      guard normalized.utf8.elementsEqual(token.utf8) else {
        throw UnifiedTokenizerError(
          .tokenIsNormalized(token: token, becomes: String(normalized)))
      }
      let id = TokenID(model.pieces.count)
      model.pieces.append(.init(text: token, score: 0))
      added[Array(token.utf8)] = id
      ids.append(id + TokenID(imageVocabularySize))
    }
    if !added.isEmpty { try replaceText(model) }
    return ids
  }

  /// The score that makes a piece a last resort, as in icetk.
  public static let discouragedScore: Float = -100

  /// Makes pieces a last resort: they are used only where nothing else fits.
  ///
  /// - Parameter ids: Unified ids of text pieces; `145653..<150000` are all rare pieces of
  ///   `ice_text.model`.
  /// - Throws: ``UnifiedTokenizerError`` for an id that is no text piece (nothing is changed then),
  ///   or a BPE model, whose scores are merge ranks.
  public mutating func discourage(_ ids: some Sequence<TokenID>) throws(UnifiedTokenizerError) {
    guard text.model.algorithm == .unigram else {
      throw UnifiedTokenizerError(.needsUnigram(operation: "discouraging a token"))
    }
    var model = text.model
    var original = originalScores
    for (index, id) in ids.enumerated() {
      let piece = Int(id) - imageVocabularySize
      guard model.pieces.indices.contains(piece) else {
        throw id >= 0 && id < imageVocabularySize
          ? UnifiedTokenizerError(.imageInText(id: Int(id), index: index))
          : UnifiedTokenizerError(.idOutOfRange(id: Int(id), index: index, size: vocabularySize))
      }
      if original[TokenID(piece)] == nil { original[TokenID(piece)] = model.pieces[piece].score }
      model.pieces[piece].score = Self.discouragedScore
    }
    try replaceText(model)
    originalScores = original
  }

  /// Makes the pieces with these texts a last resort.
  ///
  /// - Throws: ``UnifiedTokenizerError`` for a text that is no piece; nothing is changed then.
  public mutating func discourage(tokens: [String]) throws(UnifiedTokenizerError) {
    var ids: [TokenID] = []
    for token in tokens {
      guard let piece = text.id(of: token) else {
        throw UnifiedTokenizerError(.noSuchToken(token))
      }
      ids.append(piece + TokenID(imageVocabularySize))
    }
    try discourage(ids)
  }

  /// Undoes ``discourage(_:)``: every piece has the score again that it came with.
  public mutating func encourageAll() throws(UnifiedTokenizerError) {
    var model = text.model
    for (piece, score) in originalScores { model.pieces[Int(piece)].score = score }
    try replaceText(model)
    originalScores = [:]
  }

  /// Ids of the pieces that are discouraged, ascending.
  public var discouragedIDs: [TokenID] {
    originalScores.keys.map { $0 + TokenID(imageVocabularySize) }.sorted()
  }

  /// The vocabulary with ChatGLM's pieces behind its own.
  ///
  /// As GLM-130B built ChatGLM-6B's vocabulary from icetk's: eight marks (`[MASK]` … `<dBLOCK>`),
  /// `<|tab|>`, `<|blank_2|>` … `<|blank_80|>`, and the bytes `<0x00>` … `<0xFF>`; 344 pieces, so
  /// that 130,000 become 130,344.
  ///
  /// - Parameter imageVocabularySize: 20,000 in ChatGLM's first release, 0 since April 2023.
  /// - Throws: ``UnifiedTokenizerError`` for a BPE model.
  public func extendedForChatGLM(imageVocabularySize: Int? = nil) throws(UnifiedTokenizerError)
    -> ICETokenizer
  {
    guard text.model.algorithm == .unigram else {
      throw UnifiedTokenizerError(.needsUnigram(operation: "the ChatGLM profile"))
    }
    var model = text.model
    let present = text
    func add(_ texts: [String], _ type: SentencePieceModel.PieceType) {
      for text in texts where present.id(of: text) == nil {
        model.pieces.append(.init(text: text, score: 0, type: type))
      }
    }
    add(Self.chatGLMMarks, .control)
    add(Whitespace.tokens, .userDefined)
    add((0...255).map { SentencePieceModel.bytePiece(UInt8($0)) }, .byte)
    model.byteFallback = true
    let extended = model
    return try ICETokenizer(
      text: UnifiedTokenizerError.wrapping { () throws(SentencePieceError) in
        try SentencePieceTokenizer(extended)
      }, images: codecs, imageVocabularySize: imageVocabularySize ?? self.imageVocabularySize,
      profile: .chatGLM)
  }

  /// The marks of ChatGLM's vocabulary, in the order of their ids.
  public static let chatGLMMarks = [
    "[MASK]", "[gMASK]", "[sMASK]", "<unused_0>", "<sop>", "<eop>", "<ENC>", "<dBLOCK>",
  ]
}
