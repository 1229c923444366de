import CICEVocabulary
import CZstd
public import ImageCodecs
import SentencePieces

extension ICETokenizer {
  /// The name of the embedded vocabulary, as `tessera ice` prints it.
  public static let embeddedName = "tessera-ice-16k (not the original ice_text.model)"

  /// The embedded vocabulary: 16,000 pieces in the ICE layout, trained by this project on Debian's
  /// Chinese and English documentation (`docs/ice.md` says how, and on what).
  ///
  /// Its ids are not those of `ice_text.model`.
  ///
  /// - Parameter images: As for ``init(text:images:imageVocabularySize:profile:)``.
  public static func embedded(images: [any ImageCodec] = []) throws(UnifiedTokenizerError)
    -> ICETokenizer
  {
    // SAFETY: both globals are constants of the C target, the second the size of the first.
    let packed = unsafe UnsafeRawBufferPointer(
      start: tessera_ice_vocabulary, count: tessera_ice_vocabulary_size)
    guard let model = unsafe unpack(packed) else {
      throw UnifiedTokenizerError(.embeddedVocabularyDamaged)
    }
    let text = try UnifiedTokenizerError.wrapping { () throws(SentencePieceError) in
      try SentencePieceTokenizer(modelBytes: model)
    }
    return try ICETokenizer(text: text, images: images)
  }

  /// Unpacks one zstd frame that says its size, up to 16 MiB.
  private static func unpack(_ packed: UnsafeRawBufferPointer) -> [UInt8]? {
    // SAFETY: the pointer and count belong together.
    let size = unsafe ZSTD_getFrameContentSize(packed.baseAddress, packed.count)
    guard size > 0, size <= 1 << 24 else { return nil }
    // SAFETY: zstd writes at most the capacity it is given; its result is checked.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      let written = unsafe ZSTD_decompress(
        buffer.baseAddress, buffer.count, packed.baseAddress, packed.count)
      count = ZSTD_isError(written) == 0 ? written : 0
    }
    return bytes.count == Int(size) ? bytes : nil
  }
}
