import Synchronization
import Tokens

/// The string of every id.
final class Vocabulary: Sendable {
  private let bytes: [UInt8]
  /// Where the string of each id lies.
  private let places: Block<Place>
  private let rules: [BPEModel.Rule]
  /// The ids of the model's own special tokens.
  private let modelSpecialIDs: [TokenID]
  private let specialIDs: [String: TokenID]
  private let userIDs: Set<TokenID>
  private let unknownID: TokenID
  /// The smallest id of each string of a model token; special tokens are apart. Made when first
  /// asked for: encoding and decoding never ask, and it costs more than all the rest of loading.
  private let ids = Mutex<[String: TokenID]?>(nil)

  private struct Place: BitwiseCopyable {
    var start: UInt32
    /// 0 for an id that nothing has.
    var length: UInt32
    /// One more than the rank of the rule that makes the token; 0 where none does.
    var rule: UInt32

    init(_ range: Range<Int>, rule: Int = 0) {
      start = UInt32(range.lowerBound)
      length = UInt32(range.count)
      self.rule = UInt32(rule)
    }

    var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
  }

  init(_ model: BPEModel, _ userTokens: [TextPreparation.UserToken]) {
    let size = max(model.vocabularySize, Int(userTokens.map(\.id).max() ?? -1) + 1)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(model.tokenCount * 8)
    places = Block(count: size)
    for character in model.characters {
      let start = bytes.count
      UTF8Text.append(character.scalar, to: &bytes)
      places[Int(character.id)] = Place(start..<bytes.count)
    }
    for (rank, rule) in model.rules.enumerated() {
      let start = bytes.count
      for index in places[Int(rule.left)].range { bytes.append(bytes[index]) }
      for index in places[Int(rule.right)].range { bytes.append(bytes[index]) }
      places[Int(rule.result)] = Place(start..<bytes.count, rule: rank + 1)
    }
    var specialIDs: [String: TokenID] = [
      "<PAD>": model.specialTokens.padding, "<UNK>": model.specialTokens.unknown,
      "<BOS>": model.specialTokens.beginning, "<EOS>": model.specialTokens.end,
    ]
    var names = model.specialTokens.existing
    for token in userTokens {
      specialIDs[token.name] = token.id
      names.append((token.name, token.id))
    }
    for (name, id) in names {
      let start = bytes.count
      bytes.append(contentsOf: name.utf8)
      places[Int(id)] = Place(start..<bytes.count)
    }
    self.bytes = bytes
    rules = model.rules
    self.specialIDs = specialIDs
    modelSpecialIDs = model.specialTokens.existing.map(\.id)
    userIDs = Set(userTokens.map(\.id))
    unknownID = model.specialTokens.unknown
  }

  /// One more than the largest id.
  var size: Int { places.count }

  /// Whether `id` stands for something.
  func contains(_ id: TokenID) -> Bool {
    id >= 0 && Int(id) < places.count && places[Int(id)].length > 0
  }

  /// Whether `id` is a special token, the user's included.
  func isSpecial(_ id: TokenID) -> Bool { modelSpecialIDs.contains(id) || userIDs.contains(id) }

  /// The string of an id in `0..<size`, as UTF-8; empty for an unassigned one.
  func bytes(of id: TokenID) -> ArraySlice<UInt8> { bytes[places[Int(id)].range] }

  /// The id of a string: special names first, then tokens, else the unknown token.
  func id(of string: String) -> TokenID {
    if let id = specialIDs[string] { return id }
    return ids.withLock { ids in
      let found = ids ?? tokenIDs()
      ids = found
      return found[string] ?? unknownID
    }
  }

  private func tokenIDs() -> [String: TokenID] {
    var ids: [String: TokenID] = [:]
    ids.reserveCapacity(size)
    for id in 0..<TokenID(size) where contains(id) && !isSpecial(id) {
      let string = String(decoding: bytes(of: id), as: UTF8.self)
      if ids[string] == nil { ids[string] = id }
    }
    return ids
  }

  /// The rule that made `id`, if it is a merged token.
  func rule(of id: TokenID) -> BPEModel.Rule? {
    guard id >= 0, Int(id) < places.count, places[Int(id)].rule > 0 else { return nil }
    return rules[Int(places[Int(id)].rule) - 1]
  }
}
