/// RUDOLPH: text, a picture, and text again, with tokens that say what the task is.
///
/// A text is `<BOS>` (2), a special token where the checkpoint has them, byte-pair ids, `<EOS>`
/// (3), filled up with zeros or cut. A zero at place p of the left text has the id
/// vocabulary - left + p; zeros of the right text stay zeros, and count in no loss. Image tokens
/// start at `vocabulary`.
///
/// Source: ai-forever/ru-dolph, `rudolph/api.py` and `rudolph/model/model.py`.
struct RUDOLPHLayout: Hashable, Sendable {
  let name: String
  let left: Int
  let side: Int
  let right: Int
  let textSpecials: Int
  let imageSpecials: Int

  /// What the special tokens ask for; the numbers of `<LT_UNK>` … `<RT_I2T>`.
  static let specialTokens: [(name: String, id: TokenID)] = [
    ("<LT_UNK>", 16384), ("<RT_UNK>", 16385), ("<LT_T2I>", 16386), ("<LT_I2T>", 16387),
    ("<LT_T2T>", 16388), ("<RT_I2T>", 16389),
  ]
  private static let leftTask: TokenID = 16386
  private static let rightTask: TokenID = 16389

  static var layouts: [SequenceLayout] {
    [
      RUDOLPHLayout(
        name: "rudolph-350m", left: 64, side: 16, right: 64, textSpecials: 384, imageSpecials: 384),
      RUDOLPHLayout(
        name: "rudolph-350m-v1", left: 64, side: 16, right: 64, textSpecials: 0, imageSpecials: 0),
      RUDOLPHLayout(
        name: "rudolph-1.3b", left: 128, side: 32, right: 128, textSpecials: 2048,
        imageSpecials: 64),
      RUDOLPHLayout(
        name: "rudolph-2.7b", left: 384, side: 24, right: 128, textSpecials: 1024,
        imageSpecials: 1024),
    ].map { layout in
      let image = layout.side * layout.side
      return SequenceLayout(
        name: layout.name,
        summary: "RUDOLPH: \(layout.left) text + \(image) image (\(layout.side)x\(layout.side)) "
          + "+ \(layout.right) text",
        length: layout.left + image + layout.right,
        grids: [.init(height: layout.side, width: layout.side)], codebookSize: 8192,
        textIDs: 0..<RuDALLELayout.codeCount,
        vocabularySize: layout.vocabulary + 8192 + layout.imageSpecials, takesSecondText: true,
        family: .rudolph(layout))
    }
  }

  /// Text ids, special tokens and the pads of the left text.
  var vocabulary: Int { RuDALLELayout.codeCount + left + textSpecials }

  func build(_ parts: SequenceParts) -> SequenceRow {
    let hasSpecials = textSpecials > 0
    let leftText = RuDALLELayout.framed(
      parts.text, special: hasSpecials ? Self.leftTask : nil, length: left)
    let rightText =
      parts.secondText.map {
        RuDALLELayout.framed($0, special: hasSpecials ? Self.rightTask : nil, length: right)
      } ?? run(of: 0, count: right)
    let image = parts.grids[0].tokens
    var ids = leftText.enumerated().map { place, id in
      id == 0 ? TokenID(vocabulary - left + place) : id
    }
    ids += image.map { $0 + TokenID(vocabulary) }
    ids += rightText
    return SequenceRow(
      ids: ids, inputs: leftText + image + rightText,
      positions: run(0, count: left) + run(0, count: image.count) + run(0, count: right))
  }

  func split(
    _ row: [TokenID], _ form: SequenceForm, _ layout: SequenceLayout
  ) throws(SequenceError) -> SequenceParts {
    let shape = layout.grids[0]
    let rightText = row[(left + shape.count)...]
    return SequenceParts(
      text: RuDALLELayout.unframed(row[..<left]),
      secondText: rightText.allSatisfy { $0 == 0 } ? nil : RuDALLELayout.unframed(rightText),
      grids: [
        try layout.grid(
          row, at: left, shape: shape, offset: form == .ids ? TokenID(vocabulary) : 0)
      ])
  }
}
