public import TokenFiles
public import Tokens

/// How a row of a token file becomes one row of ids, for formats that hold nothing else.
public struct RowIDs {
  /// The column whose tokens stand for the text of a row.
  public static let textColumn = "caption_ids"

  /// Ids lie below it; nil when some are negative.
  public let vocabularySize: Int?
  private let build: (Int, TokenFileRow) throws(BridgeError) -> [TokenID]

  /// The ids of the row at `position`.
  func callAsFunction(_ position: Int, _ row: TokenFileRow) throws(BridgeError) -> [TokenID] {
    try build(position, row)
  }

  /// The text's ids, filled up with `padding`, then the grids from the smallest to the largest: the
  /// rows of cogdata (`text_ids + <pad> + codes of every image size, ascending`).
  ///
  /// - Parameters:
  ///   - header: The header of the rows.
  ///   - textLength: Places for text, taken from column `caption_ids`; longer text is cut.
  ///   - padding: What fills the places that are left.
  ///   - idOffset: Added to every image token.
  public static func plain(
    _ header: TokenFileHeader, textLength: Int = 0, padding: TokenID = -1, idOffset: Int = 0
  ) throws(BridgeError) -> RowIDs {
    let grids = header.gridsBySize
    let text = header.column(named: textColumn)
    if textLength > 0 {
      guard case .tokens? = text?.kind else {
        throw BridgeError(.options("text needs a column of tokens named \(textColumn)"))
      }
    }
    let largest = grids.compactMap(\.kind.vocabularySize).max() ?? 0
    guard 0...TokenFileLimits.tokensPerValue ~= textLength else {
      throw BridgeError(
        .options("a text length lies in 0...\(TokenFileLimits.tokensPerValue)"))
    }
    guard 0...(Int(TokenID.max) - largest) ~= idOffset else {
      throw BridgeError(.options("an id offset lies in 0...\(Int(TokenID.max) - largest)"))
    }
    var size: Int? = largest + idOffset
    if textLength > 0 {
      size = padding < 0 ? nil : max(size!, text?.kind.vocabularySize ?? 0, Int(padding) + 1)
    }
    return RowIDs(vocabularySize: size) { _, row in
      var ids: [TokenID] = []
      if let text, textLength > 0, case .tokens(let tokens)? = row.value(of: text) {
        ids = Array(tokens.prefix(textLength))
        ids += repeatElement(padding, count: textLength - ids.count)
      }
      for column in grids {
        guard case .grid(let grid)? = row.value(of: column) else { continue }
        ids += idOffset == 0 ? grid.tokens : grid.tokens.map { $0 + TokenID(idOffset) }
      }
      return ids
    }
  }

  /// The rows of a seed system.
  ///
  /// - Parameters:
  ///   - layout: The layout; it takes the file's grids from the smallest to the largest.
  ///   - header: The header of the rows.
  ///   - asInputs: Whether the ids are those that the original program's model is given (cogdata)
  ///     rather than those of the one vocabulary.
  ///   - text: The ids of a row's text.
  public static func layout(
    _ layout: SequenceLayout, _ header: TokenFileHeader, asInputs: Bool,
    text: @escaping (TokenFileRow) throws(BridgeError) -> [TokenID]
  ) -> RowIDs {
    let grids = header.gridsBySize
    return RowIDs(vocabularySize: asInputs ? nil : layout.vocabularySize) {
      (position, row) throws(BridgeError) in
      var parts = SequenceParts(text: try text(row), grids: [])
      for column in grids {
        if case .grid(let grid)? = row.value(of: column) { parts.grids.append(grid) }
      }
      do throws(SequenceError) {
        let built = try layout.build(parts)
        return asInputs ? built.inputs : built.ids
      } catch {
        throw BridgeError(.sequence(row: position, key: row.key, error: error))
      }
    }
  }
}

extension TokenFileHeader {
  /// The grid columns, smallest first; those without a size of their own last.
  var gridsBySize: [TokenFileColumn] {
    func size(_ column: TokenFileColumn) -> Int {
      if case .grid(let height, let width, _) = column.kind { return height * width }
      return .max
    }
    return columns.filter { $0.kind.name == "grid" }.enumerated()
      .sorted { (size($0.element), $0.offset) < (size($1.element), $1.offset) }
      .map(\.element)
  }
}
