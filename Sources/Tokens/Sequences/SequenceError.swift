/// Why a training row could not be built or taken apart.
public struct SequenceError: Error, Hashable, Sendable {
  /// What was wrong, with the numbers that disagree.
  @nonexhaustive public enum Reason: Hashable, Sendable {
    /// There is no layout of this name.
    case unknownLayout(name: String, known: [String])
    /// The layout takes another number of grids.
    case gridCount(expected: Int, found: Int)
    /// A grid has another shape than the layout.
    case gridShape(
      grid: Int, expectedHeight: Int, expectedWidth: Int, foundHeight: Int, foundWidth: Int)
    /// A text id lies outside the layout's text vocabulary.
    case textIDOutOfRange(id: Int, index: Int, allowed: Range<Int>)
    /// An image token lies outside the layout's codebook.
    case imageTokenOutOfRange(token: Int, index: Int, limit: Int)
    /// A row has another length than the layout.
    case rowLength(expected: Int, found: Int)
    /// A row holds an id, at `index`, that cannot stand there.
    case idOutOfPlace(id: Int, index: Int, expected: String)
  }

  /// What was wrong.
  public let reason: Reason
  /// The layout's name.
  public let layout: String

  /// Makes an error.
  public init(_ reason: Reason, layout: String) {
    self.reason = reason
    self.layout = layout
  }
}

extension SequenceError: CustomStringConvertible {
  /// One line: what, where, what was expected, what to do.
  public var description: String { "sequence \(layout): " + reason.sentence }
}

extension SequenceError.Reason {
  var sentence: String {
    switch self {
    case .unknownLayout(let name, let known):
      "there is no layout named '\(name)'; known are \(known.joined(separator: ", "))"
    case .gridCount(let expected, let found):
      "a row has \(expected) token grids, \(found) were given"
    case .gridShape(let grid, let height, let width, let foundHeight, let foundWidth):
      "grid \(grid) is \(foundHeight)x\(foundWidth) tokens, the layout has \(height)x\(width); "
        + "encode the pictures at the layout's size"
    case .textIDOutOfRange(let id, let index, let allowed):
      "text id \(id) at index \(index) lies outside \(allowed); "
        + "the text was made by another tokenizer"
    case .imageTokenOutOfRange(let token, let index, let limit):
      "image token \(token) at index \(index) lies outside 0..<\(limit); "
        + "the pictures were encoded by another codec"
    case .rowLength(let expected, let found):
      "a row has \(expected) ids, this one has \(found)"
    case .idOutOfPlace(let id, let index, let expected):
      "id \(id) at index \(index) cannot stand there; expected was \(expected)"
    }
  }
}
