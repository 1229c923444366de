/// Brings text into the form that pieces are made of: the model's character map, one space for a
/// run of them, `▁` for a space, and a space in front.
///
/// Equal to the normaliser of libsentencepiece byte for byte; `LibraryModel` is the oracle.
struct TextNormalizer: Sendable {
  private let map: CharacterMap?
  private let addsPrefix: Bool
  private let removesExtra: Bool
  private let space: [UInt8]
  private let whitespaceIsSuffix: Bool
  /// User-defined pieces, which the map leaves alone.
  private let protected: PieceTrie?
  /// Whether a protected piece starts with this byte.
  private let startsProtected: [Bool]

  init(_ model: SentencePieceModel, userDefined: PieceTrie?, firstBytes: [Bool])
    throws(SentencePieceError)
  {
    map = model.characterMap.isEmpty ? nil : try CharacterMap(model.characterMap)
    addsPrefix = model.addsDummyPrefix
    removesExtra = model.removesExtraWhitespaces
    space = model.escapesWhitespaces ? [0xE2, 0x96, 0x81] : [0x20]
    whitespaceIsSuffix = model.whitespaceIsSuffix
    protected = userDefined
    startsProtected = firstBytes
  }

  /// What one step of the normaliser made of the text at a place.
  private enum Step {
    /// `length` bytes stay as they are.
    case verbatim(length: Int)
    /// `length` bytes become the replacement that starts at `start` in the map.
    case replaced(length: Int, start: Int)
    /// One byte that is no UTF-8 becomes U+FFFD.
    case malformed
  }

  @inline(__always)
  private func step(_ text: borrowing Span<UInt8>, at position: Int) -> Step {
    let first = text[position]
    if startsProtected[Int(first)], let found = protected?.longestPrefix(of: text, from: position) {
      return .verbatim(length: found.length)
    }
    if let rule = map?.longestRule(for: text, from: position) {
      return .replaced(length: rule.length, start: rule.replacement)
    }
    let length = UTF8Scalar.validLength(text, at: position)
    return length == 0 ? .malformed : .verbatim(length: length)
  }

  /// Normalises `text`, replacing what `output` held.
  func normalize(_ text: borrowing Span<UInt8>, into output: inout [UInt8]) {
    var noOffsets: [Int] = []
    run(text, &output, &noOffsets, recording: false)
  }

  /// Normalises `text` and says where each byte came from.
  ///
  /// - Returns: The bytes, and for each of them the offset in `text` of the bytes it stands for;
  ///   one offset more marks the end of what was used.
  func normalizeWithOffsets(_ text: borrowing Span<UInt8>) -> (bytes: [UInt8], offsets: [Int]) {
    var output: [UInt8] = []
    var offsets: [Int] = []
    run(text, &output, &offsets, recording: true)
    return (output, offsets)
  }

  @inline(__always)
  private func run(
    _ text: borrowing Span<UInt8>, _ output: inout [UInt8], _ offsets: inout [Int], recording: Bool
  ) {
    output.removeAll(keepingCapacity: true)
    output.reserveCapacity(text.count + text.count / 2 + 16)
    var position = removesExtra ? leadingSpaces(text) : 0
    if position == text.count { return }

    func append(_ byte: UInt8, from source: Int) {
      output.append(byte)
      if recording { offsets.append(source) }
    }
    func appendSpace(from source: Int) {
      for byte in space { append(byte, from: source) }
    }

    if addsPrefix, !whitespaceIsSuffix { appendSpace(from: position) }
    var previousIsSpace = removesExtra
    while position < text.count {
      let source = position
      switch step(text, at: position) {
      case .verbatim(let length):
        position += length
        if length == 1, text[source] == 0x20 {
          if !previousIsSpace { appendSpace(from: source) }
          previousIsSpace = removesExtra
          continue
        }
        for i in source..<position {
          if text[i] == 0x20 { appendSpace(from: source) } else { append(text[i], from: source) }
        }
        previousIsSpace = removesExtra && text[position - 1] == 0x20
      case .replaced(let length, let start):
        position += length
        guard let map else { continue }
        var replacement = map.replacement(at: start)
        if previousIsSpace { replacement = replacement.drop { $0 == 0x20 } }
        guard let last = replacement.last else { continue }
        for byte in replacement {
          if byte == 0x20 { appendSpace(from: source) } else { append(byte, from: source) }
        }
        previousIsSpace = removesExtra && last == 0x20
      case .malformed:
        position += 1
        for byte: UInt8 in [0xEF, 0xBF, 0xBD] { append(byte, from: source) }
        previousIsSpace = false
      }
    }

    var end = text.count
    if removesExtra {
      while output.count >= space.count, output.suffix(space.count).elementsEqual(space) {
        output.removeLast(space.count)
        if recording {
          end = offsets[output.count]
          offsets.removeLast(space.count)
        }
      }
    }
    if addsPrefix, whitespaceIsSuffix { appendSpace(from: end) }
    if recording { offsets.append(end) }
  }

  private func leadingSpaces(_ text: borrowing Span<UInt8>) -> Int {
    var position = 0
    while position < text.count {
      switch step(text, at: position) {
      case .verbatim(1) where text[position] == 0x20: position += 1
      case .replaced(let length, let start)
      where map?.replacement(at: start).elementsEqual([0x20]) == true:
        position += length
      default: return position
      }
    }
    return position
  }
}

/// The shape of one UTF-8 encoded scalar.
enum UTF8Scalar {
  /// Bytes of the scalar that starts with `lead`, judged by that byte alone; 1 for any other byte.
  @inline(__always)
  static func length(lead: UInt8) -> Int {
    switch lead {
    case 0xC0...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xFF: 4
    default: 1
    }
  }

  /// Bytes of the well-formed scalar at `position`, or 0.
  @inline(__always)
  static func validLength(_ text: borrowing Span<UInt8>, at position: Int) -> Int {
    let lead = text[position]
    if lead < 0x80 { return 1 }
    let length = length(lead: lead)
    guard lead >= 0xC2, lead < 0xF5, position + length <= text.count else { return 0 }
    for i in 1..<length where text[position + i] & 0xC0 != 0x80 { return 0 }
    let second = text[position + 1]
    switch lead {
    case 0xE0: return second >= 0xA0 ? 3 : 0
    case 0xED: return second < 0xA0 ? 3 : 0
    case 0xF0: return second >= 0x90 ? 4 : 0
    case 0xF4: return second < 0x90 ? 4 : 0
    default: return length
    }
  }
}
