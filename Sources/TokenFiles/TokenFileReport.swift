/// What ``TokenFile/verify()`` found.
public struct TokenFileReport: Hashable, Sendable {
  /// Rows according to the index.
  public var rowCount = 0
  /// Rejects according to the index.
  public var rejectCount = 0
  /// Chunks according to the index.
  public var chunkCount = 0
  /// Bytes of the file.
  public var byteCount = 0
  /// Tokens that were unpacked and compared with their vocabularies.
  public var tokenCount = 0
  /// Everything that is wrong, in file order; at most ``problemLimit``.
  public var problems: [TokenFileError] = []

  /// More problems than these are not collected.
  public static let problemLimit = 1_000

  /// Whether nothing is wrong.
  public var isSound: Bool { problems.isEmpty }
}
