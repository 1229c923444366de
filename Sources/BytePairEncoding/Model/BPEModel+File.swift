import Tokens

extension BPEModel {
  /// Reads a YTTM model file; `bytes` is all of it.
  ///
  /// Numbers may be separated by any white space and character lines may come in any order, as the
  /// original writes them in the order of a hash table. Inverse of `fileBytes`.
  ///
  /// - Throws: `BPEError.invalidModel` with the line at fault.
  public init(fileBytes bytes: Span<UInt8>) throws(BPEError) {
    var reader = IntegerReader(bytes)
    let characterCount = try reader.next("the number of characters", 1...0x11_0000)
    let ruleCount = try reader.next("the number of rules", 0...Int(Self.largestID))
    // Each entry takes at least four bytes ("1 2\n"), so a damaged count costs no memory.
    var characters: [Character] = []
    characters.reserveCapacity(min(characterCount, bytes.count / 4))
    for index in 0..<characterCount {
      let scalar = try reader.next("character \(index + 1) of \(characterCount)", 0...0x10_FFFF)
      let id = try reader.next("the id of character \(scalar)", 0...Int(Self.largestID))
      characters.append(Character(scalar: UInt32(scalar), id: TokenID(id)))
    }
    var rules: [Rule] = []
    rules.reserveCapacity(min(ruleCount, bytes.count / 6))
    let ids = 0...Int(Self.largestID)
    for index in 0..<ruleCount {
      let left = try reader.next("the left id of rule \(index + 1) of \(ruleCount)", ids)
      let right = try reader.next("the right id of rule \(index + 1)", ids)
      let result = try reader.next("the result of rule \(index + 1)", ids)
      rules.append(Rule(left: TokenID(left), right: TokenID(right), result: TokenID(result)))
    }
    let specialIDs = -1...Int(Self.largestID)
    let unknown = try reader.next("the id of <UNK>", ids)
    let padding = try reader.next("the id of <PAD>", specialIDs)
    let beginning = try reader.next("the id of <BOS>", specialIDs)
    let end = try reader.next("the id of <EOS>", specialIDs)
    try self.init(
      characters: characters, rules: rules,
      specialTokens: SpecialTokenIDs(
        padding: TokenID(padding), unknown: TokenID(unknown), beginning: TokenID(beginning),
        end: TokenID(end)))
  }

  /// The model as a YTTM file, which the original reads too. Inverse of `init(fileBytes:)`.
  public var fileBytes: [UInt8] {
    var text = DecimalText()
    text.line([characters.count, rules.count])
    for character in characters { text.line([Int(character.scalar), Int(character.id)]) }
    for rule in rules { text.line([Int(rule.left), Int(rule.right), Int(rule.result)]) }
    let special = specialTokens
    text.line(
      [special.unknown, special.padding, special.beginning, special.end].map { Int($0) })
    return text.bytes
  }
}

/// Lines of decimal numbers.
private struct DecimalText {
  var bytes: [UInt8] = []

  mutating func line(_ numbers: [Int]) {
    for (index, number) in numbers.enumerated() {
      if index > 0 { bytes.append(0x20) }
      bytes.append(contentsOf: String(number).utf8)
    }
    bytes.append(0x0A)
  }
}

/// Reads whitespace-separated integers, remembering the line for errors.
private struct IntegerReader: ~Copyable, ~Escapable {
  private let bytes: Span<UInt8>
  private var offset = 0
  private var line = 1

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  /// The next integer, which is `what` and lies in `range`.
  ///
  /// `what` is built only for an error.
  mutating func next(
    _ what: @autoclosure () -> String, _ range: ClosedRange<Int>
  ) throws(BPEError) -> Int {
    while offset < bytes.count, UTF8Text.isASCIISeparator(bytes[offset]) {
      if bytes[offset] == 0x0A { line += 1 }
      offset += 1
    }
    let start = offset
    var negative = false
    if offset < bytes.count, bytes[offset] == 0x2D {
      negative = true
      offset += 1
    }
    var value = 0
    let digits = offset
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]), value < 1 << 40 {
      value = value * 10 + Int(bytes[offset] - 0x30)
      offset += 1
    }
    let isWhole = offset == bytes.count || UTF8Text.isASCIISeparator(bytes[offset])
    guard offset > digits, isWhole || value >= 1 << 40 else { throw malformed(what(), start) }
    if negative { value = -value }
    guard range.contains(value) else {
      throw BPEError(
        .invalidModel(
          "\(what()) is \(value), not in \(range.lowerBound)...\(range.upperBound)"), line: line)
    }
    return value
  }

  private func malformed(_ what: String, _ start: Int) -> BPEError {
    if start == bytes.count {
      return BPEError(.invalidModel("the file ends before \(what)"), line: line)
    }
    if start == 0 { return BPEError(.invalidModel(Self.foreignHint(bytes)), line: 1) }
    var end = start
    while end < bytes.count, end < start + 20, !UTF8Text.isASCIISeparator(bytes[end]) { end += 1 }
    var found = "binary data"
    if (start..<end).allSatisfy({ (0x21...0x7E).contains(bytes[$0]) }) {
      found = "\"" + (start..<end).map { String(Unicode.Scalar(bytes[$0])) }.joined() + "\""
    }
    return BPEError(.invalidModel("expected \(what), found \(found)"), line: line)
  }

  private static func foreignHint(_ bytes: Span<UInt8>) -> String {
    func begins(_ text: String) -> Bool {
      var index = 0
      return text.utf8.count <= bytes.count
        && text.utf8.allSatisfy { byte in
          defer { index += 1 }
          return bytes[index] == byte
        }
    }
    if begins("version https://git-lfs") {
      return "this is a Git LFS pointer; fetch the file itself with `git lfs pull`"
    }
    if begins("{") { return "this is JSON, perhaps a tokenizer.json, not a YTTM model" }
    return "the file does not begin with a number"
  }
}
