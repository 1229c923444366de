/// What a resumed file held already.
public struct TokenFileResumption: Hashable, Sendable {
  /// Rows found.
  public var rowCount = 0
  /// Rejects found, in input order.
  public var rejects: [TokenFileReject] = []
  /// Keys of the inputs that are done, rows and rejects alike, in input order. The encoder checks
  /// them against its own list and goes on with input number `keys.count`.
  public var keys: [String] = []
  /// Bytes behind the last whole group; they were torn or damaged.
  public var discardedByteCount = 0
  /// Where those bytes were put, nil when there were none.
  public var discardedPath: String?

  /// Nothing found.
  public init() {}
}
