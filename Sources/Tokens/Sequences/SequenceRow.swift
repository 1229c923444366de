/// What goes into a training row: text as ids of the text tokenizer, pictures as codes.
public struct SequenceParts: Equatable, Sendable {
  /// The text, without marks and padding (RUDOLPH: the text left of the picture).
  public var text: [TokenID]
  /// The second text: RUDOLPH's, right of the picture; CogView2's caption in the other language.
  /// nil leaves its place empty.
  public var secondText: [TokenID]?
  /// The pictures, coarse before fine.
  public var grids: [TokenGrid]

  /// Makes parts.
  public init(text: [TokenID], secondText: [TokenID]? = nil, grids: [TokenGrid]) {
    self.text = text
    self.secondText = secondText
    self.grids = grids
  }
}

/// One training row, in the two forms that programs want it in.
public struct SequenceRow: Equatable, Sendable {
  /// Ids of the layout's one vocabulary: with every offset, and pads that have ids of their own.
  ///
  /// These are the columns of the model's logits, and never negative.
  public var ids: [TokenID]
  /// The ids as the original program's model is given them: image tokens without offset where it
  /// has a table of their own, pads as it writes them.
  public var inputs: [TokenID]
  /// For each id its place in the position table that the original takes it from; tables of text
  /// and of image tokens start at 0 unless the original says otherwise.
  public var positions: [TokenID]
}

/// Which form of a row is taken apart.
public enum SequenceForm: String, CaseIterable, Sendable {
  /// ``SequenceRow/ids``.
  case ids
  /// ``SequenceRow/inputs``.
  case inputs
}

/// `count` ids that start at `first` and rise by one.
func run(_ first: TokenID, count: Int) -> [TokenID] {
  Array(first..<first + TokenID(max(0, count)))
}

/// `count` times the same id.
func run(of id: TokenID, count: Int) -> [TokenID] {
  Array(repeating: id, count: max(0, count))
}
