import Tokens

/// A model arranged for encoding; made once, shared by all threads.
final class EncodingTables: Sendable {
  /// Stands for characters that the model does not know; never a token.
  static let unknown: UInt32 = .max

  let unknownID: TokenID
  let lowLine: UInt32
  private let characters: CharacterTable
  private let rules: RuleTable
  /// Number of rules; ranks are below it.
  let ruleCount: Int
  let preparation: TextPreparation

  init(_ model: BPEModel, _ preparation: TextPreparation) {
    unknownID = model.specialTokens.unknown
    characters = CharacterTable(model.characters)
    rules = RuleTable(model.rules)
    ruleCount = model.rules.count
    lowLine = characters[UTF8Text.lowLine]
    self.preparation = preparation
  }

  /// The token of a scalar (as decoded, not `UTF8Text.invalid`), or `unknown`.
  @inline(__always) func token(of scalar: UInt32) -> UInt32 { characters[scalar] }

  /// The rule for two tokens, or `.none`.
  @inline(__always)
  func rule(_ left: UInt32, _ right: UInt32) -> RuleTable.Match { rules.find(left, right) }
}

/// Scalars to tokens, in pages of 256 scalars.
private struct CharacterTable: ~Copyable {
  private let pages: Block<UInt16>
  private let tokens: Block<UInt32>

  init(_ characters: [BPEModel.Character]) {
    pages = Block(count: 0x11_00)
    var pageCount: UInt16 = 1
    for character in characters where pages[Int(character.scalar >> 8)] == 0 {
      pages[Int(character.scalar >> 8)] = pageCount
      pageCount += 1
    }
    tokens = Block(count: Int(pageCount) * 256)
    for index in 0..<tokens.count { tokens[index] = EncodingTables.unknown }
    for character in characters {
      let page = Int(pages[Int(character.scalar >> 8)])
      tokens[page * 256 + Int(character.scalar & 255)] = UInt32(character.id)
    }
  }

  subscript(scalar: UInt32) -> UInt32 {
    @inline(__always) get {
      tokens[Int(pages[Int(scalar >> 8)]) &* 256 &+ Int(scalar & 255)]
    }
  }
}

/// Pairs of tokens to merge rules: open-addressed, 16 bytes a slot.
struct RuleTable: ~Copyable {
  /// A rule's rank and result; smaller values are stronger rules.
  struct Match: BitwiseCopyable, Equatable {
    let packed: UInt64
    /// No rule: weaker than any.
    static let none = Match(packed: .max)

    var rank: UInt32 { UInt32(truncatingIfNeeded: packed >> 32) }
    var result: UInt32 { UInt32(truncatingIfNeeded: packed) }
  }

  private struct Slot: BitwiseCopyable {
    /// The packed pair plus 1; 0 marks an empty slot.
    var key: UInt64
    var match: Match
  }
  private let slots: Block<Slot>
  private let shift: UInt64
  /// One bit for each hash that occurs, sixteen times as many bits as rules: most pairs have no
  /// rule, and this says so from the first-level cache.
  private let filter: Block<UInt64>
  private let filterShift: UInt64

  init(_ rules: [BPEModel.Rule]) {
    let size = max(rules.count * 2, 16).nextPowerOfTwo
    slots = Block(count: size)
    shift = UInt64(64 - size.trailingZeroBitCount)
    let bitCount = max(rules.count * 16, 64).nextPowerOfTwo
    filter = Block(count: bitCount / 64)
    filterShift = UInt64(64 - bitCount.trailingZeroBitCount)
    for (rank, rule) in rules.enumerated() {
      let pair = SymbolPair(UInt32(rule.left), UInt32(rule.right))
      let bit = Self.hash(pair) >> filterShift
      filter[Int(bit >> 6)] |= 1 << (bit & 63)
      var index = Int(Self.hash(pair) >> shift)
      // A pair that has two rules obeys the later one.
      while slots[index].key != 0, slots[index].key != pair.packed &+ 1 {
        index = (index + 1) & (size - 1)
      }
      slots[index] = Slot(
        key: pair.packed &+ 1,
        match: Match(packed: UInt64(rank) << 32 | UInt64(UInt32(rule.result))))
    }
  }

  /// One multiplication: enough, since ids are small and dense.
  @inline(__always) private static func hash(_ pair: SymbolPair) -> UInt64 {
    (pair.packed ^ pair.packed >> 17) &* 0x9E37_79B9_7F4A_7C15
  }

  @inline(__always)
  func find(_ left: UInt32, _ right: UInt32) -> Match {
    let pair = SymbolPair(left, right)
    let hash = Self.hash(pair)
    let bit = hash >> filterShift
    guard filter[Int(bit >> 6)] >> (bit & 63) & 1 != 0 else { return .none }
    var index = Int(hash >> shift)
    while true {
      let slot = slots[index]
      if slot.key == pair.packed &+ 1 { return slot.match }
      if slot.key == 0 { return .none }
      index = (index &+ 1) & (slots.count &- 1)
    }
  }
}
