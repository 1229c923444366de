/// Text on disk or on standard input, in one of the shapes people keep it in.
///
/// Files compressed with gzip or Zstandard are recognised by their first bytes.
public struct Corpus: Hashable, Sendable {
  /// Where text comes from.
  public enum Input: Hashable, Sendable, CustomStringConvertible {
    /// A file.
    case file(String)
    /// Standard input, to its end.
    case standardInput

    /// The path, or "standard input".
    public var description: String {
      switch self {
      case .file(let path): path
      case .standardInput: "standard input"
      }
    }
  }

  /// How text is kept.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    /// All of the file is text.
    case text
    /// One row a line, columns separated by tabs, nothing quoted, as in Conceptual Captions.
    case tsv
    /// Comma-separated values with quotes, RFC 4180.
    case csv
    /// One JSON object a line.
    case jsonl
    /// One JSON object whose `annotations` is a list of objects, as in COCO.
    case coco
  }

  /// Which column or key holds the text.
  public enum Column: Hashable, Sendable {
    /// The column's number, counted from 0; no row is a heading.
    case index(Int)
    /// A heading in the first row, or a key of JSON objects.
    case name(String)
  }

  /// The inputs, read in this order.
  public var inputs: [Input]
  /// The format of all of them.
  public var format: Format
  /// Where the text is; for `.text` without meaning. Nil takes the format's default.
  public var column: Column?

  /// Describes a corpus; nothing is opened yet.
  public init(_ inputs: [Input], format: Format = .text, column: Column? = nil) {
    self.inputs = inputs
    self.format = format
    self.column = column
  }

  /// The column used: the first of TSV, and what is called "caption" elsewhere.
  var effectiveColumn: Column { column ?? (format == .tsv ? .index(0) : .name("caption")) }
}
