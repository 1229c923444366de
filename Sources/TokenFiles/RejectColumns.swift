/// The columns of every REJECT block; fixed by the format, not declared in the header. They are
/// deflated, so that reasons can be read without a package.
enum RejectColumns {
  static let input = TokenFileColumn(
    id: 1, name: "input", kind: .integers(count: 1), encoding: .deflate)
  static let key = TokenFileColumn(id: 2, name: "key", kind: .text, encoding: .deflate)
  static let stage = TokenFileColumn(id: 3, name: "stage", kind: .text, encoding: .deflate)
  static let code = TokenFileColumn(id: 4, name: "code", kind: .text, encoding: .deflate)
  static let message = TokenFileColumn(id: 5, name: "message", kind: .text, encoding: .deflate)
  static let all = [input, key, stage, code, message]
  /// Bytes that a string of each column may have.
  static let stringLimits = [
    0, TokenFileLimits.keyBytes, TokenFileLimits.rejectWordBytes, TokenFileLimits.rejectWordBytes,
    TokenFileLimits.rejectMessageBytes,
  ]
}
