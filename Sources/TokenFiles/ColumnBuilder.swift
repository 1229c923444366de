import ByteCoding
import Tokens

/// Collects the values of one column until the chunk is full; inverse of ``ColumnBody``.
struct ColumnBuilder {
  let column: TokenFileColumn
  /// Lengths and sizes that stand before the data, one entry per row.
  private var perRow = ByteWriter()
  /// Lengths of the single strings of a `texts` column.
  private var perString = ByteWriter()
  private var data: [UInt8] = []
  /// What a compact column codes instead of packing it.
  private var tokens: [TokenID] = []
  private var shapes: [UInt32] = []

  init(_ column: TokenFileColumn) { self.column = column }

  /// Forgets everything appended; the memory of tokens and text stays.
  mutating func removeAll() {
    perRow = ByteWriter()
    perString = ByteWriter()
    data.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    shapes.removeAll(keepingCapacity: true)
  }

  /// Strings in a `texts` column so far.
  var stringCount: Int { perString.count / 4 }

  /// What keeps `value` out of `column`, nil when it fits.
  static func problem(with value: TokenFileValue, in column: TokenFileColumn) -> String? {
    switch (column.kind, value) {
    case (.grid(let height, let width, let vocabularySize), .grid(let grid)):
      guard grid.height == height, grid.width == width else {
        return "its grid is \(grid.height)×\(grid.width), column \"\(column.name)\" holds "
          + "\(height)×\(width)"
      }
      return problem(with: grid.tokens, vocabularySize)
    case (.raggedGrid(let vocabularySize), .grid(let grid)):
      guard max(grid.height, grid.width) <= TokenFileLimits.gridSide else {
        return "its grid is \(grid.height)×\(grid.width), larger than the format allows"
      }
      return problem(with: grid.tokens, vocabularySize)
    case (.tokens(let vocabularySize), .tokens(let tokens)):
      return problem(with: tokens, vocabularySize)
    case (.integers(let count), .integers(let integers)) where integers.count != count:
      return "\(integers.count) integers, column \"\(column.name)\" holds \(count)"
    case (.text, .text), (.texts, .texts), (.integers, .integers): return nil
    default:
      return "its value for column \"\(column.name)\" is not of kind \(column.kind.name)"
    }
  }

  private static func problem(with tokens: [TokenID], _ vocabularySize: Int) -> String? {
    guard tokens.count <= TokenFileLimits.tokensPerValue else {
      return "it has \(tokens.count) tokens, the format allows \(TokenFileLimits.tokensPerValue)"
    }
    // All bits of all tokens together are at least as large as each; a negative token is a huge one
    // without its sign.
    var union: UInt32 = 0
    for token in tokens { union |= UInt32(bitPattern: token) }
    if union < vocabularySize { return nil }
    var greatest: UInt32 = 0
    for token in tokens { greatest = max(greatest, UInt32(bitPattern: token)) }
    return greatest < vocabularySize
      ? nil
      : "token \(TokenID(bitPattern: greatest)) lies outside 0..<\(vocabularySize)"
  }

  /// Appends one row's value, which ``problem(with:in:)`` has nothing against.
  mutating func append(_ value: TokenFileValue) {
    switch value {
    case .grid(let grid):
      if case .raggedGrid = column.kind {
        perRow.append(UInt16(grid.height))
        perRow.append(UInt16(grid.width))
      }
      if column.encoding == .compact {
        tokens += grid.tokens
        shapes += [UInt32(grid.height), UInt32(grid.width)]
      }
      BitPacking.pack(grid.tokens.span, bits: column.bits, to: &data)
    case .tokens(let tokens):
      perRow.append(UInt32(tokens.count))
      BitPacking.pack(tokens.span, bits: column.bits, to: &data)
    case .text(let text):
      data.append(contentsOf: text.utf8)
      perRow.append(UInt32(text.utf8.count))
    case .texts(let texts):
      perRow.append(UInt32(texts.count))
      for text in texts {
        data.append(contentsOf: text.utf8)
        perString.append(UInt32(text.utf8.count))
      }
    case .integers(let integers):
      for integer in integers { perRow.append(UInt64(bitPattern: integer)) }
    }
  }

  /// The body of everything appended, compressed where that makes it smaller.
  func body() -> ColumnTable.Body {
    let raw = perRow.count == 0 ? data : perRow.bytes + perString.bytes + data
    if let compressed = Compression.compress(raw, as: column.encoding),
      compressed.count < raw.count
    {
      return ColumnTable.Body(
        id: column.id, encoding: column.encoding.rawValue, bits: column.bits, rawSize: raw.count,
        bytes: compressed)
    }
    if let tree = column.tree,
      let coded = CompactTokens.encode(tokens, shapes: shapes, tree: tree, limit: data.count)
    {
      return ColumnTable.Body(
        id: column.id, encoding: TokenFileColumn.Encoding.compact.rawValue, bits: column.bits,
        rawSize: raw.count, bytes: perRow.bytes + coded)
    }
    let encoding: TokenFileColumn.Encoding = column.kind.vocabularySize == nil ? .raw : .packed
    return ColumnTable.Body(
      id: column.id, encoding: encoding.rawValue, bits: column.bits, rawSize: raw.count,
      bytes: raw)
  }
}

extension TokenFileColumn {
  /// What decides how much room a value takes, without what makes a column costly to copy.
  struct Storage {
    let bits: Int
    let isCompressed: Bool
    let isCompact: Bool

    init(_ column: TokenFileColumn) {
      bits = column.bits
      isCompressed = column.encoding != .packed
      isCompact = column.tree != nil
    }

    /// Bytes that a value takes in the uncompressed body.
    func size(of value: TokenFileValue) -> Int {
      switch value {
      case .grid(let grid): 4 + (grid.tokens.count * bits + 7) / 8
      case .tokens(let tokens): 4 + (tokens.count * bits + 7) / 8
      case .text, .texts, .integers: value.textSize
      }
    }
  }
}

extension TokenFileValue {
  /// Bytes that text and integers take in the uncompressed body; 0 for tokens.
  var textSize: Int {
    switch self {
    case .grid, .tokens: 0
    case .text(let text): 4 + text.utf8.count
    case .texts(let texts): texts.reduce(4) { $0 + 4 + $1.utf8.count }
    case .integers(let integers): 8 * integers.count
    }
  }

  /// Tokens in a grid or list, 0 for others.
  var tokenCount: Int {
    switch self {
    case .grid(let grid): grid.tokens.count
    case .tokens(let tokens): tokens.count
    case .text, .texts, .integers: 0
    }
  }

  /// Strings in a `texts` value, 0 for others.
  var stringCount: Int {
    guard case .texts(let texts) = self else { return 0 }
    return texts.count
  }
}
