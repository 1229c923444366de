/// ruDALL-E: 128 places for text, then 32×32 image tokens.
///
/// Text is `<BOS>` (2), byte-pair ids, `<EOS>` (3), filled up with zeros or cut at 128, so that a
/// long text loses its 3. A zero at place p has the id 16384 + p; image token t has 16512 + t.
///
/// Source: ai-forever/ru-dalle, `rudalle/tokenizer.py` and `rudalle/dalle/model.py`.
struct RuDALLELayout: Hashable, Sendable {
  static let textLength = 128
  static let codeCount = 16_384
  static let shape = SequenceLayout.Shape(height: 32, width: 32)
  static let beginning: TokenID = 2
  static let end: TokenID = 3

  /// Checkpoints of version 2 put one more 2 in front, and drop the last image token.
  let isVersion2: Bool

  static var layouts: [SequenceLayout] {
    [false, true].map { isVersion2 in
      SequenceLayout(
        name: isVersion2 ? "rudalle-v2" : "rudalle",
        summary: isVersion2
          ? "ruDALL-E, checkpoints of version 2: 129 text + 1023 image"
          : "ruDALL-E (Malevich): 128 text + 1024 image (32x32)",
        length: textLength + shape.count, grids: [shape], codebookSize: 8192,
        textIDs: 0..<codeCount, vocabularySize: codeCount + textLength + 8192,
        family: .rudalle(RuDALLELayout(isVersion2: isVersion2)))
    }
  }

  /// A text with its marks, filled up with zeros or cut.
  static func framed(_ text: [TokenID], special: TokenID?, length: Int) -> [TokenID] {
    var marked = [beginning]
    if let special { marked.append(special) }
    marked += text + [end]
    return marked.prefix(length) + run(of: 0, count: length - marked.count)
  }

  /// The text inside such a frame; marks, specials and padding are left out.
  static func unframed(_ text: some Sequence<TokenID>) -> [TokenID] {
    // Everything behind the end mark is what a model goes on to say when it has finished.
    text.prefix { $0 != end }.filter { $0 > end && $0 < codeCount }
  }

  func build(_ parts: SequenceParts) -> SequenceRow {
    let text = Self.framed(parts.text, special: nil, length: Self.textLength)
    let image = parts.grids[0].tokens
    let offset = TokenID(Self.codeCount + Self.textLength)
    let inputs = text + image
    var ids = text.enumerated().map { place, id in
      id == 0 ? TokenID(Self.codeCount + place) : id
    }
    ids += image.map { $0 + offset }
    var positions = run(0, count: text.count) + run(0, count: image.count)
    if isVersion2 {
      // The model's own first step: it is still given 128 + 1024 ids.
      ids = [Self.beginning] + ids.dropLast()
      positions = run(0, count: text.count + 1) + run(0, count: image.count - 1)
    }
    return SequenceRow(ids: ids, inputs: inputs, positions: positions)
  }

  func split(
    _ row: [TokenID], _ form: SequenceForm, _ layout: SequenceLayout
  ) throws(SequenceError) -> SequenceParts {
    var row = row
    if isVersion2, form == .ids {
      guard row[0] == Self.beginning else {
        throw SequenceError(
          .idOutOfPlace(id: Int(row[0]), index: 0, expected: "the second 2 of version 2"),
          layout: layout.name)
      }
      // The last image token is not part of the row; its left neighbour stands in for it.
      row = row.dropFirst() + [row[row.count - 1]]
    }
    return SequenceParts(
      text: Self.unframed(row[..<Self.textLength]),
      grids: [
        try layout.grid(
          row, at: Self.textLength, shape: Self.shape,
          offset: form == .ids ? TokenID(Self.codeCount + Self.textLength) : 0)
      ])
  }
}
