public import Tokens

/// A byte-pair-encoding model: characters, merge rules and special tokens.
///
/// What a YTTM model file holds; see `Formats/yttm-model.md`. Every value of this type is valid:
/// the initialisers check it whole.
public struct BPEModel: Hashable, Sendable {
  /// A character and its token.
  public struct Character: Hashable, Sendable {
    /// A Unicode scalar value. U+2581 "▁" is always among them.
    public let scalar: UInt32
    /// The token of the character.
    public let id: TokenID

    /// Pairs a scalar value with a token.
    public init(scalar: UInt32, id: TokenID) {
      self.scalar = scalar
      self.id = id
    }
  }

  /// A merge rule: wherever `left` stands before `right`, both become `result`.
  public struct Rule: Hashable, Sendable {
    /// The first of the two tokens.
    public let left: TokenID
    /// The second of the two tokens.
    public let right: TokenID
    /// The token that replaces them.
    public let result: TokenID

    /// Makes a rule.
    public init(left: TokenID, right: TokenID, result: TokenID) {
      self.left = left
      self.right = right
      self.result = result
    }
  }

  /// The characters, by rising id.
  public let characters: [Character]
  /// The rules, strongest first: a rule's index is its merge rank.
  public let rules: [Rule]
  /// The four special tokens.
  public let specialTokens: SpecialTokenIDs

  /// Makes a model from its parts.
  ///
  /// - Throws: `BPEError` with the reason when "▁" is missing, an id occurs twice or is negative, a
  ///   scalar is not one or occurs twice, or a rule uses a token that nothing before it defines.
  public init(
    characters: [Character], rules: [Rule], specialTokens: SpecialTokenIDs
  ) throws(BPEError) {
    self.characters = characters.sorted { $0.id < $1.id }
    self.rules = rules
    self.specialTokens = specialTokens
    if let (defect, line) = Self.firstDefect(characters, rules, specialTokens) {
      throw BPEError(.invalidModel(defect), line: line)
    }
  }

  /// Number of tokens: characters, merged tokens and existing special tokens.
  public var tokenCount: Int {
    characters.count + rules.count + specialTokens.existing.count
  }

  /// One more than the largest id. Equal to `tokenCount` unless training ran out of pairs while a
  /// special token lay above, or somebody else assigned the ids.
  public var vocabularySize: Int {
    var largest: TokenID = 0
    for character in characters { largest = max(largest, character.id) }
    for rule in rules { largest = max(largest, rule.result) }
    for special in specialTokens.existing { largest = max(largest, special.id) }
    return Int(largest) + 1
  }

  /// The largest id a model may use; keeps tables that are indexed by id within reason.
  public static let largestID: TokenID = 1 << 26

  /// What is wrong with the parts of a model, and on which line of a model file it would stand.
  static func firstDefect(
    _ characters: [Character], _ rules: [Rule], _ specialTokens: SpecialTokenIDs
  ) -> (String, Int)? {
    // One bit for each scalar.
    let scalars = Block<UInt64>(count: 0x11_0000 / 64)
    var strings = DefinedStrings()
    for (index, character) in characters.enumerated() {
      let line = 2 + index
      guard Unicode.Scalar(character.scalar) != nil else {
        return ("\(character.scalar) is not a Unicode scalar value", line)
      }
      let bit: UInt64 = 1 << UInt64(character.scalar & 63)
      guard scalars[Int(character.scalar >> 6)] & bit == 0 else {
        return ("character \(character.scalar) is listed twice", line)
      }
      scalars[Int(character.scalar >> 6)] |= bit
      if let defect = strings.define(character.id, UTF8Text.byteCount(of: character.scalar)) {
        return (defect, line)
      }
    }
    guard scalars[Int(UTF8Text.lowLine >> 6)] >> UInt64(UTF8Text.lowLine & 63) & 1 == 1 else {
      return ("character 9601 (the word mark) is missing", 2)
    }
    for (index, rule) in rules.enumerated() {
      let line = 2 + characters.count + index
      let (left, right) = (strings.length(of: rule.left), strings.length(of: rule.right))
      guard left > 0, right > 0 else {
        let id = left == 0 ? rule.left : rule.right
        return ("rule \(index) uses token \(id), which no earlier line defines", line)
      }
      if let defect = strings.define(rule.result, left + right) { return (defect, line) }
    }
    let last = 2 + characters.count + rules.count
    if specialTokens.unknown == -1 { return ("the unknown token is missing", last) }
    for special in specialTokens.existing {
      if let defect = strings.define(special.id, special.name.utf8.count) {
        return ("\(special.name): \(defect)", last)
      }
    }
    return nil
  }
}

/// The ids defined so far and the lengths of their strings, without the strings.
private struct DefinedStrings: ~Copyable {
  /// In bytes, by id; 0 for an id that nothing has.
  private var lengths = Block<UInt32>(count: 1 << 10)
  private var total = 0

  /// More than any model needs. Rules that double a string again and again would fill all memory.
  private static let longestTotal = 1 << 30

  func length(of id: TokenID) -> Int {
    id >= 0 && Int(id) < lengths.count ? Int(lengths[Int(id)]) : 0
  }

  /// Gives `id` a string of `length` bytes, or says why not.
  mutating func define(_ id: TokenID, _ length: Int) -> String? {
    guard id >= 0, id <= BPEModel.largestID else {
      return "id \(id) is not in 0...\(BPEModel.largestID)"
    }
    if Int(id) >= lengths.count { lengths.grow(to: (Int(id) + 1).nextPowerOfTwo) }
    guard lengths[Int(id)] == 0 else { return "id \(id) is defined twice" }
    total += length
    guard total <= Self.longestTotal else {
      return "the strings of its tokens take more than \(Self.longestTotal) bytes"
    }
    lengths[Int(id)] = UInt32(length)
    return nil
  }
}
