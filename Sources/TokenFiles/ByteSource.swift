import ByteCoding

/// Where the bytes of a token file come from.
enum ByteSource: Sendable {
  case mapped(MappedFile)
  case memory([UInt8])

  var count: Int {
    switch self {
    case .mapped(let file): file.count
    case .memory(let bytes): bytes.count
    }
  }

  var path: String? {
    switch self {
    case .mapped(let file): file.path
    case .memory: nil
    }
  }

  /// Makes sure that a mapped file was not shortened, before its pages are touched.
  func checkSize() throws(TokenFileError) {
    guard case .mapped(let file) = self else { return }
    do throws(ByteCodingError) { try file.checkSize() } catch { throw TokenFileError(error) }
  }

  /// Lends the bytes to `body`.
  func withBytes<Result>(
    _ body: (RawSpan) throws(TokenFileError) -> Result
  ) throws(TokenFileError) -> Result {
    switch self {
    case .mapped(let file): try body(file.bytes)
    case .memory(let bytes): try body(bytes.rawSpan)
    }
  }
}
