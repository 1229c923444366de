import Glibc

/// Why bytes or a file were refused, and where.
public struct ByteCodingError: Error, Hashable, Sendable {
  /// What was wrong.
  @nonexhaustive
  public enum Reason: Hashable, Sendable {
    /// A field or run needs more bytes than there are left.
    case truncated(needed: Int, available: Int)
    /// A size or offset that does not fit this machine's `Int`.
    case tooLarge(UInt64)
    /// The operating system refused an operation on a file.
    case system(operation: String, path: String, errno: Int32)
    /// Another process or another writer in this process holds the file.
    case busy(path: String)
    /// The file to be made is there already.
    case exists(path: String)
    /// The path names a folder, a device or a pipe where a regular file is needed.
    case notARegularFile(path: String)
    /// The file became shorter after it was opened.
    case shrunk(path: String, expected: Int, found: Int)
  }

  /// What was wrong.
  public let reason: Reason
  /// The first byte at fault, counted from the start of the file; nil where no byte is to blame.
  public let offset: Int?

  /// Makes an error from its parts.
  public init(_ reason: Reason, offset: Int? = nil) {
    self.reason = reason
    self.offset = offset
  }

  /// The error of the C call that just failed; reads `errno`.
  package static func system(_ operation: String, _ path: String) -> ByteCodingError {
    ByteCodingError(.system(operation: operation, path: path, errno: errno))
  }
}

extension ByteCodingError: CustomStringConvertible {
  /// One line: what, where, what to do.
  public var description: String {
    let place = offset.map { " at byte \($0)" } ?? ""
    switch reason {
    case .truncated(let needed, let available):
      return "\(needed) bytes are needed\(place), only \(available) are left"
    case .tooLarge(let value):
      return "the size \(value)\(place) is larger than any file"
    case .system(let operation, let path, let code):
      // SAFETY: strerror returns a NUL-terminated string, copied at once.
      let text = unsafe String(cString: strerror(code))
      let advice =
        code == ENOSPC || code == EDQUOT
        ? "; free some space, then resume or run it again" : ""
      return "\(path): \(operation): \(text)\(advice)"
    case .busy(let path):
      return "\(path): another writer is at work on this file; wait for it or choose another name"
    case .exists(let path):
      return "\(path): already exists; resume it, remove it or choose another name"
    case .notARegularFile(let path):
      return "\(path): not a regular file"
    case .shrunk(let path, let expected, let found):
      return "\(path): shrank from \(expected) to \(found) bytes while it was being read"
    }
  }
}
