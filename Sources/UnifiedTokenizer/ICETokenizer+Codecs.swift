import ImageCodecs

extension ICETokenizer {
  /// Pixels per code of each codec, the one used by default first.
  public var patchSizes: [Int] { codecs.map(\.patchSize) }

  func codec(_ patchSize: Int?) throws(UnifiedTokenizerError) -> any ImageCodec {
    guard let first = codecs.first else { throw UnifiedTokenizerError(.noImageCodec) }
    guard let patchSize else { return first }
    guard let codec = codecs.first(where: { $0.patchSize == patchSize }) else {
      throw UnifiedTokenizerError(.noSuchPatchSize(asked: patchSize, available: patchSizes))
    }
    return codec
  }

}
