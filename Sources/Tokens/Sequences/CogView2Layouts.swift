/// CogView2's three stages, all in ICE ids. Text ids are unified ids here, as ``ICETokenizer`` of
/// `UnifiedTokenizer` gives them.
///
/// Source: THUDM/CogView2, `pretrain_coglm.py`, `sr_pipeline/dsr_sampling.py`,
/// `sr_pipeline/itersr_sampling.py`, `sr_pipeline/iterative_sr.py`; cogdata 0.0.7,
/// `icetk_image_text_task.py`.
extension SequenceLayout {
  private static let coarse = Shape(height: 20, width: 20)
  private static let fine = Shape(height: 60, width: 60)
  /// Places for text and its pads in stage 1, the last of which becomes `<start_of_image>`.
  private static let stageOneText = 112
  private static let directText = 96
  private static let iterativeText = 16
  /// Where the position tables of coarse and fine image tokens start.
  private static let coarsePosition: TokenID = 513
  private static let finePosition: TokenID = 1024

  static func cogview2Layouts(_ ice: ICEIDs, round: Int) -> [SequenceLayout] {
    func layout(
      _ name: String, _ summary: String, _ length: Int, _ grids: [Shape], second: Bool,
      _ family: Family
    ) -> SequenceLayout {
      SequenceLayout(
        name: name, summary: summary, length: length, grids: grids,
        codebookSize: ice.imageVocabularySize,
        textIDs: min(ice.imageVocabularySize, ice.size)..<ice.size,
        vocabularySize: ice.size, takesSecondText: second, family: family)
    }
    return [
      layout(
        "cogview2", "CogView2, stage 1: 112 text + 400 image (20x20)",
        stageOneText + coarse.count, [coarse], second: true, .cogview2(ice)),
      layout(
        "cogview2-dsr", "CogView2, direct super-resolution: 96 text + 400 coarse + 3600 fine",
        directText + coarse.count + fine.count, [coarse, fine], second: false, .direct(ice)),
      layout(
        "cogview2-itersr", "CogView2, iterative super-resolution: 16 text + 3600 image (60x60)",
        iterativeText + fine.count, [fine], second: false, .iterative(ice, round: round)),
    ]
  }

  // MARK: Stage 1

  /// `inputs` is the row that cogdata stores: text, a pad, the text in the other language, pads (at
  /// least one), codes. `ids` is what training makes of it: the place before the codes becomes
  /// `<start_of_image>`, and the positions are those of the first text.
  static func buildCogView2(_ parts: SequenceParts, _ ice: ICEIDs) -> SequenceRow {
    var text = parts.text
    if let second = parts.secondText { text += [ice.padding] + second }
    text = Array(text.prefix(stageOneText - 1))
    let selected = min(parts.text.count, text.count)
    let image = parts.grids[0].tokens
    let inputs =
      text + run(of: ice.padding, count: stageOneText - text.count) + image
    var ids = inputs
    ids[stageOneText - 1] = ice.startOfImage
    return SequenceRow(
      ids: ids, inputs: inputs,
      positions: run(0, count: selected) + run(of: 0, count: stageOneText - 1 - selected)
        + run(coarsePosition - 1, count: 1 + coarse.count))
  }

  func splitCogView2(_ row: [TokenID], _ ice: ICEIDs) throws(SequenceError) -> SequenceParts {
    let place = Self.stageOneText - 1
    guard row[place] == ice.startOfImage || row[place] == ice.padding else {
      throw SequenceError(
        .idOutOfPlace(
          id: Int(row[place]), index: place,
          expected: "<start_of_image> (\(ice.startOfImage)) or <pad> (\(ice.padding))"),
        layout: name)
    }
    let texts = row[..<place].split(separator: ice.padding, omittingEmptySubsequences: true)
    for (index, id) in row[..<place].enumerated() where id < ice.imageVocabularySize {
      throw SequenceError(
        .idOutOfPlace(id: Int(id), index: index, expected: "a text id"), layout: name)
    }
    return SequenceParts(
      text: texts.first.map(Array.init) ?? [],
      secondText: texts.count > 1 ? Array(texts[1]) : nil,
      grids: [try grid(row, at: Self.stageOneText, shape: Self.coarse, offset: 0)])
  }

  // MARK: Super-resolution

  /// `ids` holds the fine picture; in `inputs` its places hold `<start_of_image>`, which is what
  /// the model is given to fill. Text stands at the end of its places, behind zeros.
  static func buildDirect(_ parts: SequenceParts, _ ice: ICEIDs) -> SequenceRow {
    // The original insists on at least one place that is not used.
    let text = parts.text.prefix(directText - 1)
    let empty = directText - text.count
    let head = run(of: 0, count: empty) + text + parts.grids[0].tokens
    return SequenceRow(
      ids: head + parts.grids[1].tokens,
      inputs: head + run(of: ice.startOfImage, count: fine.count),
      positions: run(of: 0, count: empty) + run(0, count: text.count)
        + run(coarsePosition, count: coarse.count) + run(finePosition, count: fine.count))
  }

  func splitDirect(_ row: [TokenID], _ ice: ICEIDs) throws(SequenceError) -> SequenceParts {
    SequenceParts(
      text: try leftPaddedText(row, Self.directText, ice),
      grids: [
        try grid(row, at: Self.directText, shape: Self.coarse, offset: 0),
        try grid(row, at: Self.directText + Self.coarse.count, shape: Self.fine, offset: 0),
      ])
  }

  /// In which round a place of the fine grid is filled for the last time: in round r every place
  /// with a number of r or more is masked and filled again. The pattern repeats over the grid.
  public static let refinementPattern: [[Int]] = [
    [-1, 0, 1, 2, 3, 4],
    [0, -1, 2, -1, -2, 5],
    [1, -2, 3, 4, 5, 6],
    [2, 3, 4, 5, -1, 1],
    [3, -1, -2, 0, -1, 2],
    [4, 5, 6, 1, 3, -2],
  ]

  /// `ids` holds the fine picture; in `inputs` the places that the round masks hold
  /// `<start_of_image>`.
  static func buildIterative(_ parts: SequenceParts, _ ice: ICEIDs, round: Int) -> SequenceRow {
    let text = parts.text.prefix(iterativeText)
    let empty = iterativeText - text.count
    let image = parts.grids[0].tokens
    let masked = image.indices.map { index in
      let (row, column) = (index / fine.width, index % fine.width)
      return refinementPattern[row % 6][column % 6] >= round ? ice.startOfImage : image[index]
    }
    let head = run(of: 0, count: empty) + text
    return SequenceRow(
      ids: head + image, inputs: head + masked,
      positions: run(of: 0, count: empty) + run(0, count: text.count)
        + run(finePosition, count: fine.count))
  }

  func splitIterative(_ row: [TokenID], _ ice: ICEIDs) throws(SequenceError) -> SequenceParts {
    SequenceParts(
      text: try leftPaddedText(row, Self.iterativeText, ice),
      grids: [try grid(row, at: Self.iterativeText, shape: Self.fine, offset: 0)])
  }

  private func leftPaddedText(
    _ row: [TokenID], _ length: Int, _ ice: ICEIDs
  ) throws(SequenceError) -> [TokenID] {
    let text = row[..<length].drop { $0 == 0 }
    for (index, id) in zip(text.indices, text) where id < ice.imageVocabularySize {
      throw SequenceError(
        .idOutOfPlace(id: Int(id), index: index, expected: "a text id"), layout: name)
    }
    return Array(text)
  }
}
