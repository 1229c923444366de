import TokenFiles
import Tokens

/// One input of an import.
enum ImportedInput {
  case row(TokenFileRow)
  case reject(TokenFileReject)

  /// A reject of this room.
  static func rejected(_ key: String, _ code: String, _ message: String) -> ImportedInput {
    .reject(TokenFileReject(key: key, stage: "import", code: code, message: message))
  }
}

/// Inputs in the order in which they go into a token file.
protocol ImportSource {
  /// The columns beside `key`, by name.
  var kinds: [String: TokenFileColumn.Kind] { get }
  /// The next input, nil at the end.
  mutating func next() throws(BridgeError) -> ImportedInput?
}

/// Height and width of a grid.
public struct GridShape: Hashable, Sendable {
  /// Rows of the grid.
  public let height: Int
  /// Columns of the grid.
  public let width: Int

  /// Makes a shape; nil unless both sides lie in 1…4,096 and the format takes that many tokens.
  public init?(height: Int, width: Int) {
    guard 1...TokenFileLimits.gridSide ~= height, 1...TokenFileLimits.gridSide ~= width,
      height * width <= TokenFileLimits.tokensPerValue
    else { return nil }
    self.height = height
    self.width = width
  }

  /// The square of that many tokens, nil when there is none.
  init?(squareOf count: Int) {
    let side = Int(Double(max(0, count)).squareRoot().rounded())
    guard side * side == count else { return nil }
    self.init(height: side, width: side)
  }

  /// Tokens of such a grid.
  public var count: Int { height * width }
}

extension TokenGrid {
  /// A grid of integers that another program wrote.
  ///
  /// - Returns: nil with a sentence in `problem` when one is no token.
  init?(
    _ integers: ArraySlice<Int64>, _ shape: GridShape, below vocabularySize: Int, offset: Int = 0,
    problem: inout String
  ) {
    var tokens: [TokenID] = []
    tokens.reserveCapacity(integers.count)
    for (place, integer) in integers.enumerated() {
      let (token, overflow) = integer.subtractingReportingOverflow(Int64(offset))
      guard !overflow, 0..<Int64(vocabularySize) ~= token else {
        problem =
          "token \(integer) at place \(place) lies outside "
          + "\(offset)..<\(offset + vocabularySize)"
        return nil
      }
      tokens.append(TokenID(token))
    }
    self.init(height: shape.height, width: shape.width, tokens: tokens)
  }
}
