import Tokens

/// The string of every id.
final class Vocabulary: Sendable {
  private let bytes: [UInt8]
  /// Where the string of each id begins and ends; empty for ids that nothing has.
  private let ranges: [Range<Int>]
  private let assigned: [Bool]
  private let firstSpecial: [TokenID]
  /// The smallest id of each string of a model token; special tokens are apart.
  private let ids: [String: TokenID]
  private let specialIDs: [String: TokenID]
  private let userIDs: Set<TokenID>
  private let unknownID: TokenID
  private let partsByID: [TokenID: BPEModel.Rule]

  init(_ model: BPEModel, _ userTokens: [TextPreparation.UserToken]) {
    let size = max(
      model.vocabularySize, Int(userTokens.map(\.id).max() ?? -1) + 1)
    var bytes: [UInt8] = []
    var ranges = [Range<Int>](repeating: 0..<0, count: size)
    var assigned = [Bool](repeating: false, count: size)
    func define(_ id: TokenID, _ append: () -> Void) {
      let start = bytes.count
      append()
      ranges[Int(id)] = start..<bytes.count
      assigned[Int(id)] = true
    }
    for character in model.characters {
      define(character.id) { UTF8Text.append(character.scalar, to: &bytes) }
    }
    for rule in model.rules {
      define(rule.result) {
        for id in [rule.left, rule.right] {
          for index in ranges[Int(id)] { bytes.append(bytes[index]) }
        }
      }
    }
    var ids: [String: TokenID] = [:]
    for id in 0..<size where assigned[id] {
      let string = String(decoding: bytes[ranges[id]], as: UTF8.self)
      if ids[string] == nil { ids[string] = TokenID(id) }
    }
    var specialIDs: [String: TokenID] = [
      "<PAD>": model.specialTokens.padding, "<UNK>": model.specialTokens.unknown,
      "<BOS>": model.specialTokens.beginning, "<EOS>": model.specialTokens.end,
    ]
    for special in model.specialTokens.existing {
      define(special.id) { bytes.append(contentsOf: special.name.utf8) }
    }
    for token in userTokens {
      specialIDs[token.name] = token.id
      define(token.id) { bytes.append(contentsOf: token.name.utf8) }
    }
    self.bytes = bytes
    self.ranges = ranges
    self.assigned = assigned
    self.ids = ids
    self.specialIDs = specialIDs
    firstSpecial = model.specialTokens.existing.map(\.id)
    userIDs = Set(userTokens.map(\.id))
    unknownID = model.specialTokens.unknown
    partsByID = Dictionary(model.rules.map { ($0.result, $0) }, uniquingKeysWith: { $1 })
  }

  /// One more than the largest id.
  var size: Int { ranges.count }

  /// Whether `id` stands for something.
  func contains(_ id: TokenID) -> Bool {
    id >= 0 && Int(id) < assigned.count && assigned[Int(id)]
  }

  /// Whether `id` is a special token, the user's included.
  func isSpecial(_ id: TokenID) -> Bool { firstSpecial.contains(id) || userIDs.contains(id) }

  /// The string of an id in `0..<size`, as UTF-8; empty for an unassigned one.
  func bytes(of id: TokenID) -> ArraySlice<UInt8> { bytes[ranges[Int(id)]] }

  /// The id of a string: special names first, then tokens, else the unknown token.
  func id(of string: String) -> TokenID { specialIDs[string] ?? ids[string] ?? unknownID }

  /// The rule that made `id`, if it is a merged token.
  func rule(of id: TokenID) -> BPEModel.Rule? { partsByID[id] }
}
