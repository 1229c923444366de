import ByteCoding

extension ByteReader {
  /// Reads a 16-bit field; `what` names it in errors.
  @_lifetime(self: copy self)
  mutating func field16(_ what: String) throws(TokenFileError) -> Int {
    do throws(ByteCodingError) {
      return Int(try readUInt16())
    } catch {
      throw TokenFileError(error, what)
    }
  }

  /// Reads a 32-bit field.
  @_lifetime(self: copy self)
  mutating func field32(_ what: String) throws(TokenFileError) -> Int {
    do throws(ByteCodingError) {
      return Int(try readUInt32())
    } catch {
      throw TokenFileError(error, what)
    }
  }

  /// Reads a 64-bit size, count or offset.
  @_lifetime(self: copy self)
  mutating func field64(_ what: String) throws(TokenFileError) -> Int {
    do throws(ByteCodingError) {
      return try readSize()
    } catch {
      throw TokenFileError(error, what)
    }
  }
}

extension TokenFileError {
  fileprivate init(_ error: ByteCodingError, _ what: String) {
    switch error.reason {
    case .truncated(let needed, let available):
      self.init(
        .truncated(what: what, needed: needed, available: available), offset: error.offset)
    case .tooLarge(let value):
      self.init(
        .limitExceeded(what: what, found: Int(clamping: value), limit: Int.max - 1),
        offset: error.offset)
    default:
      self.init(.file(error), offset: error.offset)
    }
  }
}
