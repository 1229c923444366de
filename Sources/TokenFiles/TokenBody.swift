import ByteCoding
import Tokens

/// A token column of one chunk, taken apart row by row; inverse of ``ColumnBuilder``.
///
/// A packed column is located, not unpacked; a compact one is decoded at once.
struct TokenBody: Sendable {
  private enum Shape: Sendable {
    /// Every row takes the same number of bytes.
    case fixed(height: Int, width: Int, rowSize: Int)
    /// Row `i` has `shapes[i]` and begins at `starts[i]`, behind `firstTokens[i]` tokens.
    case ragged(shapes: [(height: Int, width: Int)], starts: [Int], firstTokens: [Int])
  }

  let column: TokenFileColumn
  private let shape: Shape
  private let vocabularySize: Int
  private let firstRow: Int
  private let rowCount: Int
  /// Where the packed bytes lie in the payload.
  private let range: Range<Int>
  private let origin: Int
  /// The tokens of a compact column, nil for a packed one.
  private let decoded: [TokenID]?

  /// Checks the sizes of a token column.
  ///
  /// - Parameters:
  ///   - column: As declared in the header, of a kind with tokens.
  ///   - table: The table of the block.
  ///   - payload: The payload of the block.
  ///   - origin: Where the payload lies in the file.
  init(
    _ column: TokenFileColumn, table: ColumnTable, payload: RawSpan, at origin: Int
  ) throws(TokenFileError) {
    guard let descriptor = table.descriptor(id: column.id),
      let vocabularySize = column.kind.vocabularySize
    else {
      throw TokenFileError(
        .noSuchColumn(name: column.name, kind: column.kind.name), offset: origin)
    }
    let offset = origin + descriptor.offset
    let isCompact =
      descriptor.encoding == TokenFileColumn.Encoding.compact.rawValue && column.tree != nil
    guard
      isCompact
        || descriptor.encoding == TokenFileColumn.Encoding.packed.rawValue
          && descriptor.rawSize == descriptor.storedSize
    else {
      throw TokenFileError(
        .unsupportedEncoding(column: column.name, encoding: descriptor.encoding), offset: offset)
    }
    guard descriptor.bits == column.bits else {
      throw TokenFileError(
        .countMismatch(
          what: "bits of column \"\(column.name)\"", expected: column.bits,
          found: descriptor.bits), offset: offset)
    }
    self.column = column
    self.vocabularySize = vocabularySize
    self.origin = origin
    firstRow = table.first
    rowCount = table.count
    range = descriptor.range
    let expected: Int
    switch column.kind {
    case .grid(let height, let width, _):
      let rowSize = Self.packedSize(height * width, column.bits)
      shape = .fixed(height: height, width: width, rowSize: rowSize)
      expected = rowSize * table.count
    default:
      let body = payload.extracting(descriptor.range)
      let shapes = try Self.shapes(column, count: table.count, body: body, at: offset)
      var starts = [table.count * 4]
      starts.reserveCapacity(table.count + 1)
      var firstTokens = [0]
      firstTokens.reserveCapacity(table.count + 1)
      for shape in shapes {
        firstTokens.append(firstTokens.last! + shape.height * shape.width)
        starts.append(starts.last! + Self.packedSize(shape.height * shape.width, column.bits))
      }
      expected = starts.last!
      shape = .ragged(shapes: shapes, starts: starts, firstTokens: firstTokens)
    }
    guard descriptor.rawSize == expected else {
      throw TokenFileError(
        .countMismatch(
          what: "bytes of column \"\(column.name)\"", expected: expected,
          found: descriptor.rawSize), offset: offset)
    }
    decoded =
      isCompact
      ? try Self.decode(
        column, shape, count: table.count, body: payload.extracting(descriptor.range), at: offset)
      : nil
  }

  private static func decode(
    _ column: TokenFileColumn, _ shape: Shape, count: Int, body: RawSpan, at offset: Int
  ) throws(TokenFileError) -> [TokenID] {
    var shapes: [UInt32] = []
    var start = 0
    switch shape {
    case .fixed(let height, let width, _):
      for _ in 0..<count { shapes += [UInt32(height), UInt32(width)] }
    case .ragged(let each, _, _):
      for shape in each { shapes += [UInt32(shape.height), UInt32(shape.width)] }
      start = 4 * count
    }
    var tokenCount = 0
    for row in 0..<count { tokenCount += Int(shapes[2 * row]) * Int(shapes[2 * row + 1]) }
    guard tokenCount <= TokenFileLimits.tokensPerCompactChunk else {
      throw TokenFileError(
        .limitExceeded(
          what: "the tokens of a chunk of compact column \"\(column.name)\"", found: tokenCount,
          limit: TokenFileLimits.tokensPerCompactChunk), offset: offset)
    }
    guard let tree = column.tree,
      let tokens = CompactTokens.decode(
        body.extracting(start..<body.byteCount), shapes: shapes, count: tokenCount, tree: tree)
    else {
      throw TokenFileError(
        .invalidCompression(
          column: column.name, detail: "its bytes do not give \(tokenCount) tokens"),
        offset: offset)
    }
    return tokens
  }

  private static func packedSize(_ count: Int, _ bits: Int) -> Int { (count * bits + 7) / 8 }

  private static func shapes(
    _ column: TokenFileColumn, count: Int, body: RawSpan, at offset: Int
  ) throws(TokenFileError) -> [(height: Int, width: Int)] {
    var shapes: [(height: Int, width: Int)] = []
    shapes.reserveCapacity(count)
    var reader = ByteReader(body, origin: offset)
    for _ in 0..<count {
      let place = reader.offset
      let shape: (height: Int, width: Int)
      if case .tokens = column.kind {
        shape = (1, try reader.field32("a token count"))
      } else {
        shape = (try reader.field16("a grid height"), try reader.field16("a grid width"))
      }
      let side = column.kind.name == "grid" ? max(shape.height, shape.width) : 0
      guard side <= TokenFileLimits.gridSide else {
        throw TokenFileError(
          .limitExceeded(
            what: "the side of a grid in column \"\(column.name)\"", found: side,
            limit: TokenFileLimits.gridSide), offset: place)
      }
      guard shape.height * shape.width <= TokenFileLimits.tokensPerValue else {
        throw TokenFileError(
          .limitExceeded(
            what: "the tokens of a row in column \"\(column.name)\"",
            found: shape.height * shape.width, limit: TokenFileLimits.tokensPerValue),
          offset: place)
      }
      shapes.append(shape)
    }
    return shapes
  }

  /// Rows and columns of the grid of the row at `index` in the chunk (1 × n for `tokens`).
  func shape(_ index: Int) -> (height: Int, width: Int) {
    switch shape {
    case .fixed(let height, let width, _): (height, width)
    case .ragged(let shapes, _, _): shapes[index]
    }
  }

  private func byteRange(_ index: Int) -> Range<Int> {
    switch shape {
    case .fixed(_, _, let rowSize):
      range.lowerBound + index * rowSize..<range.lowerBound + (index + 1) * rowSize
    case .ragged(_, let starts, _):
      range.lowerBound + starts[index]..<range.lowerBound + starts[index + 1]
    }
  }

  /// Where the row's tokens begin among the decoded ones.
  private func firstToken(_ index: Int) -> Int {
    switch shape {
    case .fixed(let height, let width, _): return index * height * width
    case .ragged(_, _, let firstTokens): return firstTokens[index]
    }
  }

  /// Unpacks the row at `index` in the chunk into `places` of `tokens`, as many as it has tokens.
  ///
  /// - Throws: `tokenOutOfRange`.
  @_lifetime(tokens: copy tokens)
  func unpack(
    _ index: Int, from payload: RawSpan, into tokens: inout MutableSpan<TokenID>,
    at places: Range<Int>
  ) throws(TokenFileError) {
    if let decoded {
      let start = firstToken(index)
      for (offset, place) in places.enumerated() { tokens[place] = decoded[start + offset] }
      return
    }
    let bytes = byteRange(index)
    let greatest = BitPacking.unpack(
      payload.extracting(bytes), bits: column.bits, into: &tokens, at: places)
    guard greatest < vocabularySize else {
      throw TokenFileError(
        .tokenOutOfRange(
          column: column.name, row: firstRow + index, token: Int(greatest),
          vocabularySize: vocabularySize), offset: origin + bytes.lowerBound)
    }
    let unused = 8 * bytes.count - column.bits * places.count
    guard
      unused == 0 || [UInt8](copying: payload.extracting(bytes.suffix(1)))[0] >> (8 - unused) == 0
    else {
      throw TokenFileError(
        .invalidField(
          what: "column \"\(column.name)\"",
          detail: "unused bits of row \(firstRow + index) are not zero"),
        offset: origin + bytes.upperBound - 1)
    }
  }

  /// The tokens of all rows, one after the other.
  func all(from payload: RawSpan) throws(TokenFileError) -> [TokenID] {
    let counts = (0..<rowCount).map { shape($0).height * shape($0).width }
    var tokens = [TokenID](repeating: 0, count: counts.reduce(0, +))
    var rest = tokens.mutableSpan
    var start = 0
    for index in 0..<rowCount {
      try unpack(index, from: payload, into: &rest, at: start..<start + counts[index])
      start += counts[index]
    }
    return tokens
  }

  /// The value of the row at `index` in the chunk.
  func value(_ index: Int, from payload: RawSpan) throws(TokenFileError) -> TokenFileValue {
    let shape = shape(index)
    var tokens = [TokenID](repeating: 0, count: shape.height * shape.width)
    var span = tokens.mutableSpan
    try unpack(index, from: payload, into: &span, at: 0..<span.count)
    if case .tokens = column.kind { return .tokens(tokens) }
    return .grid(TokenGrid(height: shape.height, width: shape.width, tokens: tokens))
  }

  /// Compares the tokens of a row with the vocabulary.
  ///
  /// - Returns: How many tokens there are.
  func check(_ index: Int, in payload: RawSpan) throws(TokenFileError) -> Int {
    let shape = shape(index)
    var tokens = [TokenID](repeating: 0, count: shape.height * shape.width)
    var span = tokens.mutableSpan
    try unpack(index, from: payload, into: &span, at: 0..<span.count)
    return tokens.count
  }
}
