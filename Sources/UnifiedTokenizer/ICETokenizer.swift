public import ImageCodecs
public import SentencePieces
public import Tokens

/// One id space for pictures, Chinese and English.
///
/// Ids `0..<imageVocabularySize` are image codes, spelled `<image_0>`, `<image_1>`, …; every other
/// id is a piece of the text model plus `imageVocabularySize`. With `ice_text.model` and the codec
/// of `ice_image.pt` this is icetk, with its traps mended:
///
/// * an unknown string has no id (icetk: `<unk>`, silently);
/// * adding a token twice gives its id again (icetk throws after it has changed its state);
/// * a discouraged piece can be encouraged again;
/// * text and pictures decode together; where only text may stand, an image id is an error.
///
/// A value: a copy that was given new tokens does not change the original.
///
/// Source: THUDM/icetk 0.0.7; Ding et al., "CogView2", 2022.
public struct ICETokenizer: Sendable {
  /// What text goes through before and after the text model.
  public enum Profile: String, Sendable, CaseIterable {
    /// icetk: text as it is; line breaks kept only on request.
    case icetk
    /// ChatGLM-6B and GLM-130B: line breaks, tabs and runs of spaces have tokens of their own.
    case chatGLM
  }

  /// The number of ids set aside for image codes: 20,000 in icetk.
  public static let icetkImageVocabularySize = 20_000

  /// Image codes are `0..<imageVocabularySize`; text starts behind them.
  public let imageVocabularySize: Int
  /// What text goes through before and after the text model.
  public let profile: Profile
  /// The text model with all added tokens.
  public private(set) var text: SentencePieceTokenizer
  /// Codecs by patch size, the first one first.
  let codecs: [any ImageCodec]
  /// The scores that discouraged pieces had before, by piece.
  var originalScores: [TokenID: Float] = [:]

  /// Makes a tokenizer of its parts.
  ///
  /// - Parameters:
  ///   - text: The text model.
  ///   - images: Codecs for pictures, with different patch sizes; the first is the one used when
  ///     none is asked for. May be empty.
  ///   - imageVocabularySize: Ids set aside for image codes: 20,000, or 0 for ChatGLM's slimmed
  ///     embedding.
  ///   - profile: nil chooses ``Profile/chatGLM`` when the vocabulary has its tokens.
  /// - Throws: ``UnifiedTokenizerError`` when a codec has too many codes, or the vocabulary lacks
  ///   a token of the profile.
  public init(
    text: SentencePieceTokenizer, images: [any ImageCodec] = [],
    imageVocabularySize: Int = ICETokenizer.icetkImageVocabularySize, profile: Profile? = nil
  ) throws(UnifiedTokenizerError) {
    guard imageVocabularySize >= 0, imageVocabularySize <= 1 << 24 else {
      throw UnifiedTokenizerError(
        .optionOutOfRange(
          name: "image vocabulary size", value: "\(imageVocabularySize)",
          allowed: "in 0...\(1 << 24)"))
    }
    for (index, codec) in images.enumerated() {
      guard codec.codebookSize <= imageVocabularySize else {
        throw UnifiedTokenizerError(
          .codebookTooLarge(
            codebookSize: codec.codebookSize, imageVocabularySize: imageVocabularySize))
      }
      if images[..<index].contains(where: { $0.patchSize == codec.patchSize }) {
        throw UnifiedTokenizerError(.duplicatePatchSize(codec.patchSize))
      }
    }
    self.imageVocabularySize = imageVocabularySize
    self.text = text
    codecs = images
    self.profile =
      profile ?? (Whitespace.tokens.allSatisfy { text.id(of: $0) != nil } ? .chatGLM : .icetk)
    if self.profile == .chatGLM,
      let missing = Whitespace.tokens.first(where: { text.id(of: $0) == nil })
    {
      throw UnifiedTokenizerError(.profileNeedsToken(profile: "chatGLM", token: missing))
    }
  }

  // MARK: Vocabulary

  /// How many ids there are, image codes and added tokens included.
  public var vocabularySize: Int { imageVocabularySize + text.pieceCount }

  /// The id of `<image_K>` or of a text piece; nil for anything else.
  public func id(of token: String) -> TokenID? {
    if token.hasPrefix("<image_"), token.hasSuffix(">"),
      case let digits = token.dropFirst(7).dropLast(), !digits.isEmpty,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    {
      guard let code = TokenID(digits), code < imageVocabularySize else { return nil }
      return code
    }
    return text.id(of: token).map { $0 + TokenID(imageVocabularySize) }
  }

  /// The spelling of an id; nil outside `0..<vocabularySize`.
  public func token(_ id: TokenID) -> String? {
    guard id >= 0, id < vocabularySize else { return nil }
    if id < imageVocabularySize { return "<image_\(id)>" }
    return text.piece(id - TokenID(imageVocabularySize))?.text
  }

  // MARK: Text

  /// What is kept of a text's white space.
  public struct TextOptions: Hashable, Sendable {
    /// Whether a line break becomes `<n>`; otherwise it is a space.
    public var keepsLineBreaks: Bool
    /// Whether tabs and runs of spaces become `<|tab|>` and `<|blank_N|>` (ChatGLM only).
    public var keepsSpaces: Bool
    /// Whether the model's space before the text is kept.
    public var startsWithSpace: Bool

    /// Makes options.
    public init(
      keepsLineBreaks: Bool = false, keepsSpaces: Bool = false, startsWithSpace: Bool = true
    ) {
      self.keepsLineBreaks = keepsLineBreaks
      self.keepsSpaces = keepsSpaces
      self.startsWithSpace = startsWithSpace
    }
  }

  /// What the original program of the profile does by default.
  public var defaultTextOptions: TextOptions {
    profile == .chatGLM ? TextOptions(keepsLineBreaks: true, keepsSpaces: true) : TextOptions()
  }

  /// Encodes text.
  ///
  /// - Parameters:
  ///   - text: Any text; `<n>` and added tokens in it are recognised.
  ///   - options: nil does what the profile's original does.
  /// - Returns: Unified ids.
  public func encode(_ text: String, options: TextOptions? = nil) -> [TokenID] {
    let options = options ?? defaultTextOptions
    return unified(self.text.encode(prepare(text, options)), options)
  }

  /// Encodes many lines on several threads; the result does not depend on how many.
  public func encode(
    _ lines: [String], options: TextOptions? = nil, threads: Int
  ) -> [[TokenID]] {
    let options = options ?? defaultTextOptions
    return text.encode(lines.map { prepare($0, options) }, threads: threads)
      .map { unified($0, options) }
  }

  /// Unified ids of what the text model made of a prepared text.
  func unified(_ ids: [TokenID], _ options: TextOptions) -> [TokenID] {
    dropSpace(ids, options, isLineBreak: { $0 == lineBreak })
      .map { $0 + TokenID(imageVocabularySize) }
  }

  /// The texts of the pieces that ``encode(_:options:)`` gives the ids of.
  public func tokenize(_ text: String, options: TextOptions? = nil) -> [String] {
    let options = options ?? defaultTextOptions
    let pieces = self.text.pieces(of: prepare(text, options))
    return Array(dropSpace(pieces, options, isLineBreak: { $0 == Whitespace.lineBreak }))
  }

  private var lineBreak: TokenID? { text.id(of: Whitespace.lineBreak) }

  /// The text as the model is given it.
  func prepare(_ text: String, _ options: TextOptions) -> String {
    var result = text
    if options.keepsLineBreaks { result = Whitespace.encodeLineBreaks(result) }
    if options.keepsSpaces, profile == .chatGLM { result = Whitespace.encodeSpaces(result) }
    // The model puts a space before every text. It ends up before this mark, and both are dropped.
    return options.startsWithSpace || lineBreak == nil ? result : Whitespace.lineBreak + result
  }

  private func dropSpace<T>(
    _ items: [T], _ options: TextOptions, isLineBreak: (T) -> Bool
  ) -> ArraySlice<T> {
    guard !options.startsWithSpace, let mark = items.firstIndex(where: isLineBreak) else {
      return items[...]
    }
    return items[(mark + 1)...]
  }

  /// Decodes ids that stand for text.
  ///
  /// - Throws: ``UnifiedTokenizerError`` for an image id, or an id outside the vocabulary.
  public func decodeText(_ ids: some Collection<TokenID>) throws(UnifiedTokenizerError) -> String {
    var pieces: [TokenID] = []
    pieces.reserveCapacity(ids.count)
    for (index, id) in ids.enumerated() {
      guard id >= 0, id < vocabularySize else {
        throw UnifiedTokenizerError(
          .idOutOfRange(id: Int(id), index: index, size: vocabularySize))
      }
      guard id >= imageVocabularySize else {
        throw UnifiedTokenizerError(.imageInText(id: Int(id), index: index))
      }
      pieces.append(id - TokenID(imageVocabularySize))
    }
    do {
      return Whitespace.decode(try text.decode(pieces), spaces: profile == .chatGLM)
    } catch {
      throw UnifiedTokenizerError(.textModel(error))
    }
  }

  /// Puts a changed text model in place of the old one, or leaves everything as it was.
  mutating func replaceText(_ model: SentencePieceModel) throws(UnifiedTokenizerError) {
    do {
      text = try SentencePieceTokenizer(model)
    } catch {
      throw UnifiedTokenizerError(.textModel(error))
    }
  }
}
