/// Why a codec could not be made from a checkpoint, or refused a picture or a token grid.
public struct CodecError: Error, Equatable, Sendable {
  /// What was wrong, with the numbers that disagree.
  @nonexhaustive public enum Reason: Equatable, Sendable {
    /// The picture's size is not a positive multiple of the patch size.
    case sizeNotMultiple(height: Int, width: Int, patchSize: Int)
    /// The grid has no tokens.
    case emptyGrid(height: Int, width: Int)
    /// A token lies outside `0..<codebookSize`; `index` counts row-major.
    case tokenOutOfRange(token: Int, index: Int, codebookSize: Int)
    /// No codec is known by this name.
    case unknownCodec(name: String, known: [String])
  }

  /// What was wrong.
  public let reason: Reason
  /// Which codec refused, as the command spells it; nil before a codec was recognised.
  public let codec: String?

  /// Makes an error.
  public init(_ reason: Reason, codec: String? = nil) {
    self.reason = reason
    self.codec = codec
  }
}

extension CodecError: CustomStringConvertible {
  /// One line: what, where, what was expected, what to do.
  public var description: String { (codec.map { "codec \($0): " } ?? "") + reason.sentence }
}

extension CodecError.Reason {
  var sentence: String {
    switch self {
    case .sizeNotMultiple(let height, let width, let patchSize):
      "a picture of \(width)x\(height) pixels (width x height) does not divide into patches of "
        + "\(patchSize)x\(patchSize); resize or crop it to positive multiples of \(patchSize)"
    case .emptyGrid(let height, let width):
      "a grid of \(height)x\(width) tokens stands for no picture"
    case .tokenOutOfRange(let token, let index, let codebookSize):
      "token \(token) at index \(index) lies outside 0..<\(codebookSize); "
        + "these tokens were made by another codec"
    case .unknownCodec(let name, let known):
      "there is no codec named '\(name)'; known are \(known.joined(separator: ", "))"
    }
  }
}
