import SentencePieces
import Tokens

/// Encodes lines of text into lines of ids or pieces, as `tessera ice encode` prints them.
///
/// Bytes in, bytes out, so that a program can hand blocks of a large text to several threads and
/// write what they return. What a line becomes depends on nothing but the line.
public struct ICELineEncoder: Sendable {
  /// What stands in the output.
  public enum Output: Sendable {
    /// Unified ids in decimal.
    case ids
    /// Texts of pieces, `▁` for a space.
    case pieces
  }

  private let tokenizer: ICETokenizer
  private let options: ICETokenizer.TextOptions
  private let output: Output
  private let preparation: (@Sendable (String) -> String)?
  /// Whether the text model can be given a line as it stands.
  private let takesLinesAsTheyAre: Bool

  /// An encoder.
  ///
  /// - Parameters:
  ///   - tokenizer: The vocabulary.
  ///   - options: nil does what the profile's original does.
  ///   - output: Ids or pieces.
  ///   - preparation: Applied to each line before anything else; it may bring in line breaks.
  public init(
    _ tokenizer: ICETokenizer, options: ICETokenizer.TextOptions? = nil, output: Output = .ids,
    preparation: (@Sendable (String) -> String)? = nil
  ) {
    self.tokenizer = tokenizer
    self.options = options ?? tokenizer.defaultTextOptions
    self.output = output
    self.preparation = preparation
    let keepsSpaces = self.options.keepsSpaces && tokenizer.profile == .chatGLM
    takesLinesAsTheyAre =
      output == .ids && preparation == nil && !keepsSpaces && self.options.startsWithSpace
  }

  /// Encodes whole lines.
  ///
  /// - Parameter lines: UTF-8; every line ends with a line feed, the last one may lack it. Bytes
  ///   that are no UTF-8 become U+FFFD.
  /// - Returns: A line for each line, items separated by one space.
  public func encode(_ lines: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(lines.count * 2)
    var scratch = SentencePieceTokenizer.Scratch()
    var ids: [TokenID] = []
    let span = lines.span
    let asTheyAre = takesLinesAsTheyAre && (try? UTF8Span(validating: span)) != nil
    var start = 0
    while start < lines.count {
      var end = start
      while end < lines.count, lines[end] != 0x0A { end += 1 }
      if asTheyAre {
        ids.removeAll(keepingCapacity: true)
        tokenizer.text.encode(span.extracting(start..<end), with: &scratch, into: &ids)
        let offset = TokenID(tokenizer.imageVocabularySize)
        for id in ids { Self.append(id + offset, to: &result) }
      } else {
        append(String(decoding: lines[start..<end], as: UTF8.self), to: &result)
      }
      Self.endLine(&result)
      start = end + 1
    }
    return result
  }

  /// Encodes a text as one line, line breaks in it included.
  public func encode(line: String) -> [UInt8] {
    var result: [UInt8] = []
    append(line, to: &result)
    Self.endLine(&result)
    return result
  }

  /// Appends the items of a line, each with a space behind it.
  private func append(_ line: String, to result: inout [UInt8]) {
    let line = preparation?(line) ?? line
    switch output {
    case .ids:
      for id in tokenizer.encode(line, options: options) { Self.append(id, to: &result) }
    case .pieces:
      for piece in tokenizer.tokenize(line, options: options) {
        result.append(contentsOf: piece.utf8)
        result.append(0x20)
      }
    }
  }

  private static func endLine(_ text: inout [UInt8]) {
    if text.last == 0x20 { text.removeLast() }
    text.append(0x0A)
  }

  /// Appends an id, which is not negative, in decimal, and a space.
  private static func append(_ id: TokenID, to text: inout [UInt8]) {
    var divisor: TokenID = 1
    while id / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      text.append(UInt8(truncatingIfNeeded: 0x30 + id / divisor % 10))
      divisor /= 10
    }
    text.append(0x20)
  }
}
