public import Tokens

/// What holds for a whole token file: who made the tokens, from what, and which columns there are.
///
/// It is stored as canonical JSON without time stamps and host names, so that the same input gives
/// the same bytes.
public struct TokenFileHeader: Hashable, Sendable {
  /// How pictures were brought to the codec's size.
  public struct Recipe: Hashable, Sendable {
    /// The recipe's name (`lanczos-center-crop`, …), which fixes every pixel operation.
    public var name: String
    /// Pixels per side of the square that it makes; 0 when pictures keep their own size.
    public var size: Int
    /// Choices beside the recipe that change pixels (`orientation`, `alpha`, …).
    public var options: [String: String]

    /// Makes a recipe from its parts.
    public init(name: String, size: Int, options: [String: String] = [:]) {
      self.name = name
      self.size = size
      self.options = options
    }
  }

  /// The tokenizer that made the caption ids.
  public struct TextTokenizer: Hashable, Sendable {
    /// Its name (`yttm`, `ice`, …).
    public var name: String
    /// SHA-256 of the model file, 64 lower-case hexadecimal digits.
    public var digest: String
    /// Entries of its vocabulary.
    public var vocabularySize: Int
    /// Tokens per caption at most; 0 when captions are not cut.
    public var maximumLength: Int
    /// The token that fills short captions; nil when they are not filled.
    public var paddingToken: TokenID?

    /// Makes a tokenizer's identity from its parts.
    public init(
      name: String, digest: String, vocabularySize: Int, maximumLength: Int = 0,
      paddingToken: TokenID? = nil
    ) {
      self.name = name
      self.digest = digest
      self.vocabularySize = vocabularySize
      self.maximumLength = maximumLength
      self.paddingToken = paddingToken
    }
  }

  /// The codec that made the image tokens.
  public var codec: CodecIdentity
  /// The preprocessing recipe.
  public var recipe: Recipe
  /// The numerical policy of the kernels (`balanced`, `exact`, `fast`, `reference`).
  public var policy: String
  /// The columns, in the order in which chunks hold them; ids ascend.
  public var columns: [TokenFileColumn]
  /// The tokenizer of the captions; nil when captions are stored as text only.
  public var textTokenizer: TextTokenizer?
  /// Rows per chunk, 1…65,536.
  public var rowsPerChunk: Int
  /// Remarks by name (licence of the data set, command line, …); they never affect meaning.
  public var notes: [String: String]

  /// Makes a header with any columns.
  ///
  /// The columns must include a `text` column named `key` and a grid column named `image`.
  public init(
    codec: CodecIdentity, recipe: Recipe, policy: String, columns: [TokenFileColumn],
    textTokenizer: TextTokenizer? = nil, rowsPerChunk: Int = 512, notes: [String: String] = [:]
  ) {
    self.codec = codec
    self.recipe = recipe
    self.policy = policy
    self.columns = columns
    self.textTokenizer = textTokenizer
    self.rowsPerChunk = rowsPerChunk
    self.notes = notes
  }

  /// Makes a header with the usual columns: `key`, `image`, `captions` and `source_size`.
  ///
  /// - Parameters:
  ///   - gridHeight: Rows of every token grid.
  ///   - gridWidth: Columns of every token grid.
  ///   - textEncoding: How text and integers are stored; `deflate` is what every language reads
  ///     without a package.
  public init(
    codec: CodecIdentity, recipe: Recipe, policy: String, gridHeight: Int, gridWidth: Int,
    textEncoding: TokenFileColumn.Encoding = .zstd, rowsPerChunk: Int = 512,
    notes: [String: String] = [:]
  ) {
    let grid = TokenFileColumn.Kind.grid(
      height: gridHeight, width: gridWidth, vocabularySize: codec.codebookSize)
    self.init(
      codec: codec, recipe: recipe, policy: policy,
      columns: [
        TokenFileColumn(id: 1, name: TokenFileColumn.imageName, kind: grid),
        TokenFileColumn(
          id: 2, name: TokenFileColumn.keyName, kind: .text, encoding: textEncoding),
        TokenFileColumn(
          id: 3, name: TokenFileColumn.captionsName, kind: .texts, encoding: textEncoding),
        TokenFileColumn(
          id: 4, name: TokenFileColumn.sourceSizeName, kind: .integers(count: 2),
          encoding: textEncoding),
      ], rowsPerChunk: rowsPerChunk, notes: notes)
  }

  /// The column of that name, nil when there is none.
  public func column(named name: String) -> TokenFileColumn? {
    columns.first { $0.name == name }
  }
}
