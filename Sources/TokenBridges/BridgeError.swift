public import ByteCoding
public import TokenFiles
public import Tokens

/// Why tokens could not be taken to or from another format, and where.
public struct BridgeError: Error, Hashable, Sendable {
  /// What was wrong.
  @nonexhaustive
  public enum Reason: Hashable, Sendable {
    /// The first bytes are not those of a `.npy` file.
    case notNPY(guess: String)
    /// A `.npy` header that is malformed, or of a version that is not known.
    case invalidNPYHeader(String)
    /// Elements that are not little-endian integers: floats, big-endian numbers, structures, and
    /// Python objects, which are a program and are never run.
    case unsupportedElements(type: String)
    /// An array that lies column by column.
    case fortranOrder
    /// A shape that no file holds, or that is of no use here.
    case unsuitableShape(found: [Int], needed: String)
    /// A file whose size does not agree with what it says, or with the size of a row.
    case sizeMismatch(what: String, expected: Int, found: Int)
    /// A line of a `.jsonl` file that is not what belongs there.
    case invalidLine(number: Int, detail: String)
    /// Another number of rows in two files that belong together.
    case countMismatch(what: String, expected: Int, found: Int)
    /// An option that is missing, or does not fit the input.
    case options(String)
    /// A row that does not fit the format.
    case unsuitableRow(row: Int, key: String, detail: String)
    /// libarchive refused.
    case archive(String)
    /// A folder or file that is there already.
    case exists
    /// A training row could not be built.
    case sequence(row: Int, key: String, error: SequenceError)
    /// The token file, read or written.
    case tokenFile(TokenFileError)
    /// The file system refused.
    case file(ByteCodingError)
  }

  /// What was wrong.
  public let reason: Reason
  /// The file, where one is to blame.
  public let path: String?

  /// Makes an error from its parts.
  public init(_ reason: Reason, path: String? = nil) {
    self.reason = reason
    self.path = path
  }

  init(_ error: ByteCodingError) { self.init(.file(error)) }
  init(_ error: TokenFileError) { self.init(.tokenFile(error)) }

  /// The error of the C call that just failed; reads `errno`.
  static func system(_ operation: String, _ path: String) -> BridgeError {
    BridgeError(ByteCodingError.system(operation, path))
  }
}

extension BridgeError: CustomStringConvertible {
  /// One line: file, what, what was expected, what to do.
  public var description: String {
    let name = path.map { "\($0): " } ?? ""
    switch reason {
    case .notNPY(let guess): return "\(name)not a .npy file: \(guess)"
    case .invalidNPYHeader(let detail): return "\(name)bad .npy header: \(detail)"
    case .unsupportedElements(let type):
      return "\(name)holds elements of type \(type); little-endian integers are needed "
        + "(numpy: a.astype('<i4'))"
    case .fortranOrder:
      return "\(name)lies in Fortran order; save numpy.ascontiguousarray(a) instead"
    case .unsuitableShape(let found, let needed):
      let shape = found.map(String.init).joined(separator: ", ")
      return "\(name)has shape (\(shape)); \(needed)"
    case .sizeMismatch(let what, let expected, let found):
      return "\(name)\(what): \(expected) bytes expected, \(found) found; copy the file again"
    case .invalidLine(let number, let detail): return "\(name)line \(number): \(detail)"
    case .countMismatch(let what, let expected, let found):
      return "\(name)\(what): \(expected) expected, \(found) found"
    case .options(let detail): return "\(name)\(detail)"
    case .unsuitableRow(let row, let key, let detail):
      return "\(name)row \(row) (\(key)): \(detail)"
    case .archive(let detail): return "\(name)\(detail)"
    case .exists: return "\(name)exists already; choose another name or remove it first"
    case .sequence(let row, let key, let error): return "\(name)row \(row) (\(key)): \(error)"
    case .tokenFile(let error): return "\(error)"
    case .file(let error): return "\(error)"
    }
  }
}

/// Runs `body` and puts its refusals into the words of this room.
func bridging<Result: ~Copyable>(
  _ body: () throws(ByteCodingError) -> Result
) throws(BridgeError) -> Result {
  do throws(ByteCodingError) { return try body() } catch { throw BridgeError(error) }
}

/// Runs `body` and puts its refusals into the words of this room.
func bridging<Result: ~Copyable>(
  _ body: () throws(TokenFileError) -> Result
) throws(BridgeError) -> Result {
  do throws(TokenFileError) { return try body() } catch { throw BridgeError(error) }
}
