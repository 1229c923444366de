public import Corpora
import Tokens

/// Why training, loading, encoding or decoding was refused.
///
/// Where YouTokenToMe has a message for the same trouble, `description` is that message, word for
/// word, so that scripts that look for it go on working.
public struct BPEError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was wrong; cases carry the numbers that disagree.
  @nonexhaustive public enum Reason: Equatable, Sendable {
    /// `coverage` is not in (0, 1].
    case coverageOutOfRange(Double)
    /// A special token's id is not below the vocabulary size. `name` as in `unk_id`.
    case specialIDOutOfRange(name: String, id: Int, vocabularySize: Int)
    /// Two special tokens share an id.
    case specialIDsClash
    /// The characters alone need `least` ids.
    case vocabularyTooSmall(vocabularySize: Int, least: Int)
    /// More tokens are asked for than a model may have.
    case vocabularyTooLarge(vocabularySize: Int, limit: Int)
    /// The corpus has more symbols in distinct words than positions can number.
    case tooManySymbols(Int, limit: Int)
    /// There is not one word to learn from. The library trains on nothing if asked to, as the
    /// original does; the command refuses.
    case emptyCorpus
    /// The corpus could not be read.
    case corpus(CorpusError)
    /// A model file could not be opened.
    case cannotOpenModel(path: String, message: String)
    /// A file could not be opened, read or written; `operation` as in "open".
    case file(operation: String, path: String, message: String)
    /// A model file is not one, or is damaged.
    case invalidModel(String)
    /// A sidecar is not one, or contradicts its model.
    case invalidSidecar(String)
    /// A file of word counts has a line that is not WORD TAB COUNT.
    case invalidCounts(path: String, String)
    /// A user-defined special token cannot be.
    case invalidUserToken(name: String, String)
    /// `<BOS>` or `<EOS>` was asked for, but the model has none. `name` as in `BOS`.
    case missingSpecialToken(name: String)
    /// An id is outside the vocabulary, or inside it and assigned to nothing.
    case idOutOfRange(id: Int, vocabularySize: Int)
    /// The dropout probability is not in [0, 1].
    case dropoutOutOfRange(Double)
    /// A word is too long to encode or count.
    case wordTooLong(byteCount: Int, limit: Int)
    /// The model cannot be said exactly in the asked format.
    case notExportable(format: String, String)
  }

  /// What was wrong.
  public let reason: Reason
  /// The line of the file at fault, counted from 1, where there is one.
  public let line: Int?

  /// The file at fault, as the caller spelled its path; nil where `reason` says it, or where there
  /// is no file.
  public let path: String?

  /// Makes an error.
  public init(_ reason: Reason, line: Int? = nil, path: String? = nil) {
    self.reason = reason
    self.line = line
    self.path = path
  }

  /// One clear line.
  public var description: String {
    let place = (path.map { "\($0): " } ?? "") + (line.map { "line \($0): " } ?? "")
    switch reason {
    case .coverageOutOfRange(let coverage):
      return "coverage value must be in the range (0, 1]. Current value of coverage = "
        + Self.sixDecimals(coverage)
    case .specialIDOutOfRange(let name, let id, let size):
      // The original spells each of the four a little differently.
      let colon = name == "unk_id" ? ":" : ""
      let least = name == "unk_id" ? "0" : "-1"
      let mark = name == "eos_id" ? "" : ";"
      return "\(name)\(colon) must be in the range [\(least), vocab_size - 1]. "
        + "Current value of vocab_size = \(size)\(mark) \(name) = \(id)"
    case .specialIDsClash:
      return "All ids of special tokens must be different."
    case .vocabularyTooSmall(let size, let least):
      return "Incorrect arguments. Vocabulary size too small. Set vocab_size>=\(least).  "
        + "Current value for vocab_size=\(size)"
    case .vocabularyTooLarge(let size, let limit):
      return "vocab_size must be at most \(limit). Current value of vocab_size = \(size)"
    case .tooManySymbols(let count, let limit):
      return "the distinct words hold \(count) characters; training handles at most \(limit). "
        + "Train on a sample, or lower the coverage."
    case .emptyCorpus:
      return "the corpus holds no words; there is nothing to learn from"
    case .corpus(let error):
      return error.description
    case .cannotOpenModel(let path, let message):
      return "Can not open file with model: \(path) (\(message))"
    case .file(let operation, let path, let message):
      return "cannot \(operation) \(path): \(message)"
    case .invalidModel(let defect):
      return "\(place)not a valid YTTM model: \(defect)"
    case .invalidSidecar(let defect):
      return "\(place)not a valid model sidecar: \(defect)"
    case .invalidCounts(let path, let defect):
      return "\(path): \(place)\(defect); each line of word counts is WORD, a tab, COUNT"
    case .invalidUserToken(let name, let defect):
      return "special token \"\(name)\": \(defect)"
    case .missingSpecialToken(let name):
      return "Can't add <\(name)> token. Model was trained without it."
    case .idOutOfRange(let id, let size):
      return "\(place)id must be in the range [0, vocab_size - 1]. Current value: "
        + "vocab_size = \(size); id=\(id);"
    case .dropoutOutOfRange(let probability):
      return "dropout_prob value must be in the range [0, 1]. "
        + "Current value of dropout_prob = \(probability)"
    case .wordTooLong(let count, let limit):
      return "\(place)a word (text without white space) of more than \(count) bytes; at most "
        + "\(limit) are handled. Is this a text file?"
    case .notExportable(let format, let defect):
      return "this model cannot be exported to \(format) exactly: \(defect)"
    }
  }

  /// C's `%f`.
  private static func sixDecimals(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let scaled = (abs(value) * 1e6).rounded(.toNearestOrEven)
    let fraction = String(UInt64(scaled) % 1_000_000)
    let padding = String(repeating: "0", count: 6 - fraction.count)
    let sign = value.sign == .minus ? "-" : ""
    return "\(sign)\(UInt64(scaled) / 1_000_000).\(padding)\(fraction)"
  }
}
