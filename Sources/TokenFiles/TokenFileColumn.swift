import ByteCoding

/// One column of a token file as the header declares it.
public struct TokenFileColumn: Hashable, Sendable {
  /// What a column holds, per row.
  @nonexhaustive
  public enum Kind: Hashable, Sendable {
    /// A token grid of one size for all rows.
    case grid(height: Int, width: Int, vocabularySize: Int)
    /// A token grid whose size each row states.
    case raggedGrid(vocabularySize: Int)
    /// Any number of tokens.
    case tokens(vocabularySize: Int)
    /// One string.
    case text
    /// Any number of strings.
    case texts
    /// `count` signed 64-bit integers.
    case integers(count: Int)

    /// The word in the header's `kind` field.
    public var name: String {
      switch self {
      case .grid, .raggedGrid: "grid"
      case .tokens: "tokens"
      case .text: "text"
      case .texts: "texts"
      case .integers: "integers"
      }
    }

    /// Entries of the vocabulary, nil for columns without tokens.
    public var vocabularySize: Int? {
      switch self {
      case .grid(_, _, let size), .raggedGrid(let size), .tokens(let size): size
      case .text, .texts, .integers: nil
      }
    }
  }

  /// How the bodies of a column are stored. A body that compression does not shrink is stored raw.
  public enum Encoding: UInt8, Hashable, Sendable, CaseIterable {
    /// As it is (text, integers).
    case raw = 0
    /// Bit-packed tokens.
    case packed = 1
    /// A zlib stream (RFC 1950), which every language's standard library reads.
    case deflate = 3
    /// A Zstandard frame (RFC 8878).
    case zstd = 4
    /// Token grids coded along a tree of the codebook; a quarter smaller than packed, read by chunks.
    case compact = 5

    /// The word in the header's `encoding` field.
    public var name: String { "\(self)" }

    init?(name: String) {
      guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
      self = match
    }
  }

  /// The number that chunks name the column by, 1…65,535.
  public let id: Int
  /// The column's name, unique in the file.
  public let name: String
  /// What it holds.
  public let kind: Kind
  /// How its bodies are stored.
  public let encoding: Encoding
  /// The tree of a `compact` column, nil for others.
  public let tree: CodebookTree?

  /// Makes a column; tokens are packed, everything else is compressed with zstd unless told.
  ///
  /// - Parameter tree: For `compact`; a tree over exactly the column's vocabulary.
  public init(
    id: Int, name: String, kind: Kind, encoding: Encoding? = nil, tree: CodebookTree? = nil
  ) {
    self.tree = tree
    self.id = id
    self.name = name
    self.kind = kind
    self.encoding = encoding ?? (kind.vocabularySize == nil ? .zstd : .packed)
  }

  /// Bits per token, 0 for columns without tokens.
  var bits: Int {
    kind.vocabularySize.map { BitPacking.width(forVocabularySize: $0) } ?? 0
  }

  /// Bytes of one packed row of a `grid` column, nil for other kinds.
  var packedRowSize: Int? {
    guard case .grid(let height, let width, _) = kind else { return nil }
    return BitPacking.byteCount(count: height * width, bits: bits)
  }
}

extension TokenFileColumn {
  /// The name of the row key's column (`text`).
  public static let keyName = "key"
  /// The name of the image tokens' column (`grid`).
  public static let imageName = "image"
  /// The name of the captions' column (`texts`).
  public static let captionsName = "captions"
  /// The name of the column of source height and width (`integers`, 2).
  public static let sourceSizeName = "source_size"
}
