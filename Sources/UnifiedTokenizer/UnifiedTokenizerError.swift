public import ImageCodecs
public import SentencePieces

/// Why a call on an ICE tokenizer failed.
public struct UnifiedTokenizerError: Error, Equatable, Sendable {
  /// What was wrong, with the numbers that disagree.
  @nonexhaustive public enum Reason: Equatable, Sendable {
    /// The text model, or a call on it, failed.
    case textModel(SentencePieceError)
    /// The image codec failed.
    case imageCodec(CodecError)
    /// An id is neither an image code nor a text piece.
    case idOutOfRange(id: Int, index: Int, size: Int)
    /// An image id stands where only text may.
    case imageInText(id: Int, index: Int)
    /// Nothing can turn image codes into a picture: no codec was given.
    case noImageCodec
    /// No codec has the patch size asked for.
    case noSuchPatchSize(asked: Int, available: [Int])
    /// Two codecs have the same patch size.
    case duplicatePatchSize(Int)
    /// The codec has more codes than the id space has room for.
    case codebookTooLarge(codebookSize: Int, imageVocabularySize: Int)
    /// A run of image ids is no square, and no shape was given for it.
    case imageRunNotSquare(count: Int, index: Int)
    /// A shape was given that does not fit the ids left in an image run.
    case imageRunTooShort(needed: Int, available: Int, index: Int)
    /// The normaliser changes a token's text, so it would never be found.
    case tokenIsNormalized(token: String, becomes: String)
    /// A token has no text.
    case emptyToken
    /// The vocabulary has no such token.
    case noSuchToken(String)
    /// The operation works on Unigram models only.
    case needsUnigram(operation: String)
    /// The vocabulary lacks a token that the profile needs.
    case profileNeedsToken(profile: String, token: String)
    /// An option of training lies outside what it may be.
    case optionOutOfRange(name: String, value: String, allowed: String)
    /// The text to train on lacks English or Chinese words.
    case notBilingual
    /// The embedded vocabulary cannot be unpacked: a fault of this program.
    case embeddedVocabularyDamaged
    /// Re-ordering changed how a line is segmented: a fault of this program.
    case reorderingChangedText(line: String)
  }

  /// What was wrong.
  public let reason: Reason

  /// Makes an error.
  public init(_ reason: Reason) { self.reason = reason }
}

extension UnifiedTokenizerError: CustomStringConvertible {
  /// One line: what, where, what was expected, what to do.
  public var description: String {
    switch reason {
    case .textModel(let error): "ice: \(error)"
    case .imageCodec(let error): "ice: \(error)"
    case .idOutOfRange(let id, let index, let size):
      "ice: id \(id) at index \(index) lies outside 0..<\(size)"
    case .imageInText(let id, let index):
      "ice: id \(id) at index \(index) is an image code; decode a mixed sequence instead of text"
    case .noImageCodec:
      "ice: there is no image codec; give one when making the tokenizer (--codec, --weights)"
    case .noSuchPatchSize(let asked, let available):
      "ice: no codec has \(asked) pixels per code; available are \(available)"
    case .duplicatePatchSize(let size): "ice: two codecs have \(size) pixels per code"
    case .codebookTooLarge(let codebookSize, let room):
      "ice: the codec has \(codebookSize) codes, but only \(room) ids are set aside for images"
    case .imageRunNotSquare(let count, let index):
      "ice: \(count) image codes from index \(index) form no square; say the grid's shape"
    case .imageRunTooShort(let needed, let available, let index):
      "ice: the grid at index \(index) needs \(needed) image codes and \(available) follow"
    case .tokenIsNormalized(let token, let becomes):
      "ice: '\(token)' would never be found in text, because the normaliser turns it into "
        + "'\(becomes)'"
    case .emptyToken: "ice: a token needs at least one character"
    case .noSuchToken(let token): "ice: the vocabulary has no token '\(token)'"
    case .needsUnigram(let operation):
      "ice: \(operation) needs a Unigram model; this one is BPE"
    case .profileNeedsToken(let profile, let token):
      "ice: profile \(profile) needs the token '\(token)', which the vocabulary lacks"
    case .optionOutOfRange(let name, let value, let allowed):
      "ice: \(name) is \(value); it must be \(allowed)"
    case .notBilingual:
      "ice: the vocabulary came out without English or without Chinese pieces; give text of both"
    case .embeddedVocabularyDamaged: "ice: the embedded vocabulary cannot be unpacked"
    case .reorderingChangedText(let line):
      "ice: re-ordering changed how '\(line)' is segmented; please report this"
    }
  }
}

extension UnifiedTokenizerError {
  /// Runs `body`, a call on a codec, and turns what it throws into an error of this module.
  static func wrapping<T>(
    codec body: () throws(CodecError) -> T
  ) throws(UnifiedTokenizerError) -> T {
    do {
      return try body()
    } catch {
      throw UnifiedTokenizerError(.imageCodec(error))
    }
  }

  /// Runs `body`, a call on the text model, and turns what it throws into an error of this module.
  static func wrapping<T>(
    _ body: () throws(SentencePieceError) -> T
  ) throws(UnifiedTokenizerError) -> T {
    do {
      return try body()
    } catch {
      throw UnifiedTokenizerError(.textModel(error))
    }
  }
}
