/// Why a corpus could not be read, and where.
public struct CorpusError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was wrong.
  @nonexhaustive public enum Reason: Equatable, Sendable {
    /// The file cannot be opened.
    case cannotOpen(message: String)
    /// Reading failed half-way.
    case cannotRead(message: String)
    /// The path is a folder.
    case isFolder
    /// Compressed data is damaged or ends early. `format` as in "gzip".
    case damaged(format: String, message: String)
    /// A row has no such column.
    case missingColumn(name: String, columnCount: Int)
    /// The first row, which names the columns, does not have this one.
    case unknownColumn(name: String, known: [String])
    /// A quoted field is not closed before the file ends.
    case unclosedQuote
    /// The text is not JSON of the expected shape.
    case invalidJSON(String)
    /// No caption was found in the whole file.
    case noCaptions(key: String)
    /// A single word, field or string is longer than is read into memory.
    case tooLong(what: String, limit: Int)
  }

  /// What was wrong.
  public let reason: Reason
  /// The file, or "standard input".
  public let path: String
  /// The line at fault, counted from 1, where known.
  public let line: Int?

  /// Makes an error.
  public init(_ reason: Reason, path: String, line: Int? = nil) {
    self.reason = reason
    self.path = path
    self.line = line
  }

  /// One clear line.
  public var description: String {
    let place = line.map { "\(path), line \($0)" } ?? path
    switch reason {
    // The original's words, so that scripts that look for them go on working.
    case .cannotOpen(let message): return "Failed to open file: \(path) (\(message))"
    case .cannotRead(let message): return "\(place): reading failed: \(message)"
    case .isFolder: return "Failed to open file: \(path) (it is a folder; name the files in it)"
    case .damaged(let format, let message):
      return "\(place): damaged \(format) data: \(message)"
    case .missingColumn(let name, let count):
      return "\(place): there is no column \(name); the row has \(count)"
    case .unknownColumn(let name, let known):
      return "\(place): no column is called \"\(name)\"; the first row names "
        + known.map { "\"\($0)\"" }.joined(separator: ", ")
    case .unclosedQuote: return "\(place): a quoted field is not closed"
    case .invalidJSON(let defect): return "\(place): not the expected JSON: \(defect)"
    case .noCaptions(let key):
      return "\(place): no string \"\(key)\" was found; choose the field with --column"
    case .tooLong(let what, let limit):
      return "\(place): \(what) of more than \(limit) bytes. Is this the right format?"
    }
  }
}
