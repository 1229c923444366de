#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension SentencePieceTokenizer {
  /// Reads a model file.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - acceptsPartial: See ``SentencePieceModel/init(bytes:acceptsPartial:)``.
  /// - Throws: ``SentencePieceError`` when the file cannot be read or is no sound model.
  public init(contentsOf url: URL, acceptsPartial: Bool = false) throws(SentencePieceError) {
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try Data(contentsOf: url))
    } catch {
      throw SentencePieceError(.unreadable(path: url.path))
    }
    try self.init(modelBytes: bytes, acceptsPartial: acceptsPartial)
  }
}
