/// CogView: 64 places for text, then 32×32 image tokens, in one id space.
///
/// Image codes are `0..<8192`, text pieces follow at 8192 (50,000 of them), and 27 command tokens
/// at 58192, of which the first is `[PAD]`. Rows are those that cogdata stores, which marks empty
/// places with -1; the marks around text and picture are added when a row is read for training.
///
/// Source: THUDM/cogdata 0.0.7, `image_text_tokenization_task.py` and `unified_tokenizer.py`.
extension SequenceLayout {
  private static let cogviewTextLength = 64
  private static let cogviewPieceCount = 50_000
  private static let cogviewCodebook = 8192
  private static let cogviewShape = Shape(height: 32, width: 32)
  private static let cogviewCommandCount = 27

  static let cogview = SequenceLayout(
    name: "cogview", summary: "CogView: 64 text + 1024 image (32x32), image ids first",
    length: cogviewTextLength + cogviewShape.count, grids: [cogviewShape],
    codebookSize: cogviewCodebook, textIDs: 0..<cogviewPieceCount,
    vocabularySize: cogviewCodebook + cogviewPieceCount + cogviewCommandCount, family: .cogview)

  private static var cogviewPadding: TokenID { TokenID(cogviewCodebook + cogviewPieceCount) }

  static func buildCogView(_ parts: SequenceParts) -> SequenceRow {
    let text = parts.text.prefix(cogviewTextLength).map { $0 + TokenID(cogviewCodebook) }
    let empty = cogviewTextLength - text.count
    let image = parts.grids[0].tokens
    return SequenceRow(
      ids: text + run(of: cogviewPadding, count: empty) + image,
      inputs: text + run(of: -1, count: empty) + image,
      positions: run(0, count: cogviewTextLength + image.count))
  }

  func splitCogView(_ row: [TokenID]) throws(SequenceError) -> SequenceParts {
    let pieces = TokenID(Self.cogviewCodebook)..<Self.cogviewPadding
    for (index, id) in row[..<Self.cogviewTextLength].enumerated() where id >= 0 && id < 8192 {
      throw SequenceError(
        .idOutOfPlace(id: Int(id), index: index, expected: "a text id"), layout: name)
    }
    return SequenceParts(
      text: row[..<Self.cogviewTextLength].filter(pieces.contains).map { $0 - pieces.lowerBound },
      grids: [try grid(row, at: Self.cogviewTextLength, shape: Self.cogviewShape, offset: 0)])
  }
}
