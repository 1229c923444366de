extension Array<UInt8> {
  /// A copy of borrowed bytes.
  public init(copying bytes: RawSpan) {
    // SAFETY: the buffer is only read, within the closure.
    self = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
  }

  /// The bytes of this array, borrowed.
  public var rawSpan: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: `bytes` is marked unsafe because of padding in other types; UInt8 has none.
      unsafe span.bytes
    }
  }
}
