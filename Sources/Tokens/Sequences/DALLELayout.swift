/// DALL-E: 256 places for text, then 32×32 image tokens.
///
/// The text vocabulary has 16,384 byte-pair ids and a pad of its own for each place. Texts carry no
/// marks.
///
/// Source: Ramesh et al., "Zero-Shot Text-to-Image Generation", 2021, section 2.2.
extension SequenceLayout {
  private static let dalleTextLength = 256
  private static let dalleCodeCount = 16_384
  private static let dalleShape = Shape(height: 32, width: 32)

  static let dalle = SequenceLayout(
    name: "dalle", summary: "DALL-E: 256 text + 1024 image (32x32)",
    length: dalleTextLength + dalleShape.count, grids: [dalleShape], codebookSize: 8192,
    textIDs: 0..<dalleCodeCount,
    vocabularySize: dalleCodeCount + dalleTextLength + 8192, family: .dalle)

  static func buildDALLE(_ parts: SequenceParts) -> SequenceRow {
    let text = parts.text.prefix(dalleTextLength)
    let pads = run(
      TokenID(dalleCodeCount + text.count), count: dalleTextLength - text.count)
    let image = parts.grids[0].tokens
    return SequenceRow(
      ids: text + pads + image.map { $0 + TokenID(dalleCodeCount + dalleTextLength) },
      inputs: text + pads + image,
      positions: run(0, count: dalleTextLength) + run(0, count: image.count))
  }

  func splitDALLE(_ row: [TokenID], _ form: SequenceForm) throws(SequenceError) -> SequenceParts {
    SequenceParts(
      text: row[..<Self.dalleTextLength].filter { $0 >= 0 && $0 < Self.dalleCodeCount },
      grids: [
        try grid(
          row, at: Self.dalleTextLength, shape: Self.dalleShape,
          offset: form == .ids ? TokenID(Self.dalleCodeCount + Self.dalleTextLength) : 0)
      ])
  }
}
