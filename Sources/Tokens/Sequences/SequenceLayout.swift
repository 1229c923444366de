/// How a seed system lays text and pictures out in one training row.
///
/// Every layout builds rows (``build(_:)``) and takes generated ones apart again
/// (``split(_:form:)``). Text is cut and padded as the original does it, silently; a picture of
/// another size, or an id of another vocabulary, is an error.
public struct SequenceLayout: Hashable, Sendable {
  /// Height and width of a grid in tokens.
  public struct Shape: Hashable, Sendable {
    /// Rows.
    public let height: Int
    /// Columns.
    public let width: Int

    /// Tokens of such a grid.
    public var count: Int { height * width }
  }

  /// The ids of an ICE vocabulary that rows need: those of `ice_text.model` with CogView2's added
  /// tokens, or of another vocabulary in that layout.
  public struct ICEIDs: Hashable, Sendable {
    /// Image codes are `0..<imageVocabularySize`.
    public var imageVocabularySize: Int
    /// The id of `<pad>`.
    public var padding: TokenID
    /// The id of `<start_of_image>`.
    public var startOfImage: TokenID
    /// The end of the vocabulary.
    public var size: Int

    /// Makes ids; the defaults are the original's.
    public init(
      imageVocabularySize: Int = 20_000, padding: TokenID = 20_003,
      startOfImage: TokenID = 150_000, size: Int = 150_003
    ) {
      self.imageVocabularySize = imageVocabularySize
      self.padding = padding
      self.startOfImage = startOfImage
      self.size = size
    }
  }

  enum Family: Hashable, Sendable {
    case rudalle(RuDALLELayout)
    case rudolph(RUDOLPHLayout)
    case dalle
    case cogview
    case cogview2(ICEIDs)
    case direct(ICEIDs)
    case iterative(ICEIDs, round: Int)
  }

  /// What the ids of texts are made with.
  public enum TextModel: String, Sendable, CaseIterable {
    /// YouTokenToMe's byte pairs, of text in lower case.
    case bytePairs = "byte-pair"
    /// A sentencepiece model with its own ids.
    case sentencePiece = "sentencepiece"
    /// An ICE vocabulary, in unified ids.
    case ice
  }

  /// The name, as the command spells it.
  public let name: String
  /// What the layout is for, in one line.
  public let summary: String
  /// Ids of a row.
  public let length: Int
  /// The shape of each picture, coarse before fine.
  public let grids: [Shape]
  /// Codes of the codec; image tokens lie in `0..<codebookSize`.
  public let codebookSize: Int
  /// Where the ids of texts lie; CogView2's texts are in unified ids, behind the image codes.
  public let textIDs: Range<Int>
  /// ``SequenceRow/ids`` lie in `0..<vocabularySize`.
  public let vocabularySize: Int
  /// Whether a row has room for a second text.
  public let takesSecondText: Bool
  let family: Family

  /// The layout of that name.
  ///
  /// - Parameters:
  ///   - name: One of ``names``.
  ///   - ice: The ids of the ICE vocabulary, for CogView2's layouts.
  ///   - round: The round of iterative super-resolution, 1...6, for `cogview2-itersr`.
  public init(
    named name: String, ice: ICEIDs = ICEIDs(), round: Int = 1
  ) throws(SequenceError) {
    guard let layout = Self.all(ice: ice, round: round).first(where: { $0.name == name }) else {
      throw SequenceError(.unknownLayout(name: name, known: Self.names), layout: name)
    }
    self = layout
  }

  /// The names of all layouts.
  public static var names: [String] { all(ice: ICEIDs(), round: 1).map(\.name) }

  /// All layouts.
  public static func all(ice: ICEIDs = ICEIDs(), round: Int = 1) -> [SequenceLayout] {
    RuDALLELayout.layouts + RUDOLPHLayout.layouts + [dalle, cogview]
      + cogview2Layouts(ice, round: round)
  }

  init(
    name: String, summary: String, length: Int, grids: [Shape], codebookSize: Int,
    textIDs: Range<Int>, vocabularySize: Int, takesSecondText: Bool = false, family: Family
  ) {
    self.name = name
    self.summary = summary
    self.length = length
    self.grids = grids
    self.codebookSize = codebookSize
    self.textIDs = textIDs
    self.vocabularySize = vocabularySize
    self.takesSecondText = takesSecondText
    self.family = family
  }

  /// What the ids of texts are made with.
  public var textModel: TextModel {
    switch family {
    case .rudalle, .rudolph, .dalle: .bytePairs
    case .cogview: .sentencePiece
    case .cogview2, .direct, .iterative: .ice
    }
  }

  /// Builds a row.
  ///
  /// - Throws: ``SequenceError`` for grids of another number or shape, and for ids outside the
  ///   layout's vocabularies.
  public func build(_ parts: SequenceParts) throws(SequenceError) -> SequenceRow {
    try check(parts)
    switch family {
    case .rudalle(let layout): return layout.build(parts)
    case .rudolph(let layout): return layout.build(parts)
    case .dalle: return Self.buildDALLE(parts)
    case .cogview: return Self.buildCogView(parts)
    case .cogview2(let ice): return Self.buildCogView2(parts, ice)
    case .direct(let ice): return Self.buildDirect(parts, ice)
    case .iterative(let ice, let round): return Self.buildIterative(parts, ice, round: round)
    }
  }

  /// Takes a row apart: the inverse of ``build(_:)`` but for text that was cut.
  ///
  /// - Parameters:
  ///   - row: A whole row, built or generated.
  ///   - form: Which form it has.
  /// - Throws: ``SequenceError`` for a row of another length, or an id that cannot stand where it
  ///   stands.
  public func split(
    _ row: [TokenID], form: SequenceForm = .ids
  ) throws(SequenceError) -> SequenceParts {
    guard row.count == length else {
      throw SequenceError(.rowLength(expected: length, found: row.count), layout: name)
    }
    switch family {
    case .rudalle(let layout): return try layout.split(row, form, self)
    case .rudolph(let layout): return try layout.split(row, form, self)
    case .dalle: return try splitDALLE(row, form)
    case .cogview: return try splitCogView(row)
    case .cogview2(let ice): return try splitCogView2(row, ice)
    case .direct(let ice): return try splitDirect(row, ice)
    case .iterative(let ice, _): return try splitIterative(row, ice)
    }
  }

  private func check(_ parts: SequenceParts) throws(SequenceError) {
    guard parts.grids.count == grids.count else {
      throw SequenceError(
        .gridCount(expected: grids.count, found: parts.grids.count), layout: name)
    }
    for (index, (grid, shape)) in zip(parts.grids, grids).enumerated() {
      guard grid.height == shape.height, grid.width == shape.width else {
        throw SequenceError(
          .gridShape(
            grid: index, expectedHeight: shape.height, expectedWidth: shape.width,
            foundHeight: grid.height, foundWidth: grid.width), layout: name)
      }
      for (position, token) in grid.tokens.enumerated()
      where token < 0 || token >= codebookSize {
        throw SequenceError(
          .imageTokenOutOfRange(token: Int(token), index: position, limit: codebookSize),
          layout: name)
      }
    }
    for text in [parts.text, parts.secondText ?? []] {
      for (index, id) in text.enumerated() where !textIDs.contains(Int(id)) {
        throw SequenceError(
          .textIDOutOfRange(id: Int(id), index: index, allowed: textIDs), layout: name)
      }
    }
  }

  /// Reads the codes of a picture out of a row.
  func grid(
    _ row: [TokenID], at start: Int, shape: Shape, offset: TokenID
  ) throws(SequenceError) -> TokenGrid {
    var tokens: [TokenID] = []
    tokens.reserveCapacity(shape.count)
    for index in start..<start + shape.count {
      // An id near the smallest integer must not trap here.
      let token = row[index].subtractingReportingOverflow(offset).partialValue
      guard token >= 0, token < codebookSize else {
        throw SequenceError(
          .idOutOfPlace(
            id: Int(row[index]), index: index,
            expected: "an image token in \(offset)..<\(Int(offset) + codebookSize)"), layout: name)
      }
      tokens.append(token)
    }
    return TokenGrid(height: shape.height, width: shape.width, tokens: tokens)
  }
}
