#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension SentencePieceTokenizer {
  /// Reads a model file.
  ///
  /// - Throws: ``SentencePieceError`` when the file cannot be read or is no sound model.
  public init(contentsOf url: URL) throws(SentencePieceError) {
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try Data(contentsOf: url))
    } catch {
      throw SentencePieceError(.unreadable(path: url.path))
    }
    try self.init(modelBytes: bytes)
  }
}
