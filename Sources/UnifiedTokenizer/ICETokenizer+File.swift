public import ImageCodecs
import SentencePieces

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension ICETokenizer {
  /// Reads a text model from a file: `ice_text.model`, or one trained by ``train(on:options:)``.
  ///
  /// - Parameters:
  ///   - text: The sentencepiece model.
  ///   - image: A codec for pictures, such as that of `ice_image.pt`.
  ///   - imageVocabularySize: See ``init(text:images:imageVocabularySize:profile:)``.
  ///   - profile: See there.
  public init(
    text url: URL, image: (any ImageCodec)? = nil,
    imageVocabularySize: Int = ICETokenizer.icetkImageVocabularySize, profile: Profile? = nil
  ) throws(UnifiedTokenizerError) {
    let text = try UnifiedTokenizerError.wrapping { () throws(SentencePieceError) in
      try SentencePieceTokenizer(contentsOf: url)
    }
    try self.init(
      text: text, images: image.map { [$0] } ?? [], imageVocabularySize: imageVocabularySize,
      profile: profile)
  }
}
