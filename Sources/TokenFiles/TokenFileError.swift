public import ByteCoding

/// Why a token file, a row or an operation on token files was refused, and where.
public struct TokenFileError: Error, Hashable, Sendable {
  /// What was wrong.
  @nonexhaustive
  public enum Reason: Hashable, Sendable {
    /// The first eight bytes are not those of a token file; `guess` says what they look like.
    case notATokenFile(guess: String)
    /// Bytes are missing: the file was cut, or a length in it is wrong.
    case truncated(what: String, needed: Int, available: Int)
    /// The four bytes that begin every block are missing.
    case noBlock
    /// Bytes differ from their checksum.
    case checksumMismatch(what: String, stored: UInt32, computed: UInt32)
    /// A block type that this reader does not know and may not skip.
    case unknownBlockType(UInt32)
    /// A block that may not stand at this place.
    case unexpectedBlock(found: String, expected: String)
    /// Blocks are missing, doubled or exchanged.
    case wrongOrdinal(expected: UInt64, found: UInt64)
    /// The major version is newer than this reader.
    case unsupportedVersion(found: Int, supported: Int)
    /// Features listed in `requires` that this reader lacks.
    case unsupportedFeatures([String])
    /// The header is not JSON, not canonical, or a field is missing or out of range.
    case invalidHeader(String)
    /// A number is above a limit of the format.
    case limitExceeded(what: String, found: Int, limit: Int)
    /// A field that must be zero, ordered or consistent is not.
    case invalidField(what: String, detail: String)
    /// Two counts that must agree do not.
    case countMismatch(what: String, expected: Int, found: Int)
    /// A column body uses an encoding that this reader does not know or does not accept there.
    case unsupportedEncoding(column: String, encoding: UInt8)
    /// A compressed body does not inflate to what its descriptor says.
    case invalidCompression(column: String, detail: String)
    /// A token outside its vocabulary.
    case tokenOutOfRange(column: String, row: Int, token: Int, vocabularySize: Int)
    /// Text that is not UTF-8.
    case invalidText(column: String, row: Int)
    /// The file does not end with an end block: it is torn, or still being written.
    case noEndMark
    /// The file, or this column of it, is not of the kind that the operation needs.
    case noSuchColumn(name: String, kind: String)
    /// A row or a reject that does not fit the header of the file it is written to.
    case unfitRow(key: String, detail: String)
    /// Rows and rejects do not add up to the inputs.
    case inputsUnaccounted(inputs: Int, rows: Int, rejects: Int)
    /// Two headers disagree; one line per difference.
    case headersDiffer([String])
    /// The file system refused, or the file changed while it was being read.
    case file(ByteCodingError)
  }

  /// What was wrong.
  public let reason: Reason
  /// The first byte at fault, counted from the start of the file; nil where no byte is to blame.
  public let offset: Int?
  /// The file, where it has a name.
  public var path: String?

  /// Makes an error from its parts.
  public init(_ reason: Reason, offset: Int? = nil, path: String? = nil) {
    self.reason = reason
    self.offset = offset
    self.path = path
  }

  /// The same error with the file's name in it.
  func at(path: String?) -> TokenFileError {
    var copy = self
    copy.path = self.path ?? path
    return copy
  }

  init(_ error: ByteCodingError) {
    self.init(.file(error), offset: error.offset)
  }
}

extension TokenFileError: CustomStringConvertible {
  /// One line: file, what, where, what to do.
  public var description: String {
    if case .file(let error) = reason { return "\(error)" }
    let name = path.map { "\($0): " } ?? ""
    let place = offset.map { " (byte \($0))" } ?? ""
    let remedy = advice.map { "; \($0)" } ?? ""
    return name + problem + place + remedy
  }

  /// What to do, nil where the problem says it.
  private var advice: String? {
    let salvage = "or save what is whole with 'tessera tokens salvage'"
    return switch reason {
    case .noEndMark:
      "copy the file again, go on with what was writing it (--resume), \(salvage)"
    case .truncated, .noBlock, .checksumMismatch, .wrongOrdinal, .unexpectedBlock, .invalidField,
      .countMismatch, .invalidCompression, .tokenOutOfRange, .invalidText:
      "copy the file again, \(salvage)"
    default: nil
    }
  }

  /// What is wrong, without the file's name, the place and what to do.
  public var problem: String {
    switch reason {
    case .notATokenFile(let guess):
      "not a token file: \(guess)"
    case .truncated(let what, let needed, let available):
      "cut short: \(what) needs \(needed) bytes, \(available) are left"
    case .noBlock:
      "damaged: no block begins here"
    case .checksumMismatch(let what, let stored, let computed):
      "damaged: \(what) has checksum \(hexadecimal(computed)), not \(hexadecimal(stored))"
    case .unknownBlockType(let type):
      "block type \(hexadecimal(type)) is unknown; a newer reader is needed"
    case .unexpectedBlock(let found, let expected):
      "a block of type \(found) stands where \(expected) belongs"
    case .wrongOrdinal(let expected, let found):
      "damaged: block \(found) stands where block \(expected) belongs"
    case .unsupportedVersion(let found, let supported):
      "version \(found) of the format; this reader knows version \(supported)"
    case .unsupportedFeatures(let names):
      "needs features that this reader lacks: \(names.joined(separator: ", "))"
    case .invalidHeader(let detail):
      "bad header: \(detail)"
    case .limitExceeded(let what, let found, let limit):
      "\(what) is \(found); the format allows at most \(limit)"
    case .invalidField(let what, let detail):
      "bad \(what): \(detail)"
    case .countMismatch(let what, let expected, let found):
      "\(what): \(expected) expected, \(found) found"
    case .unsupportedEncoding(let column, let encoding):
      "column \"\(column)\" has encoding \(encoding), which this reader does not know there"
    case .invalidCompression(let column, let detail):
      "column \"\(column)\" does not inflate: \(detail)"
    case .tokenOutOfRange(let column, let row, let token, let vocabularySize):
      "row \(row) of column \"\(column)\" holds token \(token), outside 0..<\(vocabularySize)"
    case .invalidText(let column, let row):
      "row \(row) of column \"\(column)\" is not UTF-8"
    case .noEndMark:
      "no end mark: the file is cut short or still being written"
    case .noSuchColumn(let name, let kind):
      "the file has no \(kind) column \"\(name)\""
    case .unfitRow(let key, let detail):
      "row \"\(key)\" does not fit the file: \(detail)"
    case .inputsUnaccounted(let inputs, let rows, let rejects):
      "\(inputs) inputs, but \(rows) rows and \(rejects) rejects"
    case .headersDiffer(let lines):
      "the headers differ: \(lines.joined(separator: "; "))"
    case .file(let error):
      "\(error)"
    }
  }
}

private func hexadecimal(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
