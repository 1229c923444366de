public import Tokens

/// What is done to text before it is cut into words: an explicit choice, stored beside the model.
///
/// User-defined special tokens are looked for first, in the text as it came; what stands between
/// them is normalized. Both happen word by word: no separator is ever part of a user token or
/// combines with its neighbours, so the result is the same as for the whole text.
public struct TextPreparation: Hashable, Sendable {
  /// One step of normalization.
  public enum Normalization: String, Hashable, Sendable, CaseIterable {
    /// Unicode normalization form C.
    case nfc
    /// Unicode normalization form KC.
    case nfkc
    /// Lower case by Unicode's full mapping, without language or context rules.
    case lower
  }

  /// A special token of the user's own.
  public struct UserToken: Hashable, Sendable {
    /// The text that stands for the token; without separators.
    public let name: String
    /// Its id, not used by anything else.
    public let id: TokenID

    /// Gives `name` the id `id`.
    public init(name: String, id: TokenID) {
      self.name = name
      self.id = id
    }
  }

  /// The steps, in the order they are taken.
  public var normalization: [Normalization] = []
  /// The user's special tokens.
  public var userTokens: [UserToken] = []

  /// No normalization, no special tokens: YouTokenToMe's way.
  public init() {}

  /// Whether text is left as it is.
  public var isIdentity: Bool { normalization.isEmpty && userTokens.isEmpty }

  /// A part of a prepared word.
  package enum Part {
    case word
    case userToken(TokenID)
  }

  /// Calls `body` with each part of `word` in order; for `.word` the bytes, for a token none.
  ///
  /// - Returns: How many bytes of invalid UTF-8 were dropped on the way.
  @discardableResult
  package func prepare<Failure: Error>(
    _ word: Span<UInt8>, _ body: (Part, Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    var start = 0
    var dropped = 0
    if !userTokens.isEmpty {
      var offset = 0
      while offset < word.count {
        guard let token = longestToken(in: word, at: offset) else {
          offset += 1
          continue
        }
        dropped += try normalize(word.extracting(start..<offset), body)
        try body(.userToken(token.id), word.extracting(0..<0))
        offset += token.name.utf8.count
        start = offset
      }
    }
    return try dropped + normalize(word.extracting(start..<word.count), body)
  }

  private func longestToken(in word: Span<UInt8>, at offset: Int) -> UserToken? {
    var best: UserToken?
    for token in userTokens where token.name.utf8.count > best?.name.utf8.count ?? 0 {
      guard offset + token.name.utf8.count <= word.count else { continue }
      var index = offset
      let matches = token.name.utf8.allSatisfy { byte in
        defer { index += 1 }
        return word[index] == byte
      }
      if matches { best = token }
    }
    return best
  }

  private func normalize<Failure: Error>(
    _ part: Span<UInt8>, _ body: (Part, Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    guard part.count > 0 else { return 0 }
    guard !normalization.isEmpty else {
      try body(.word, part)
      return 0
    }
    var valid: [UInt8] = []
    valid.reserveCapacity(part.count)
    var dropped = 0
    var offset = 0
    while offset < part.count {
      let scalar = UTF8Text.decode(part, &offset)
      if scalar == UTF8Text.invalid { dropped += 1 } else { UTF8Text.append(scalar, to: &valid) }
    }
    let normalized = Array(UnicodeForms.apply(normalization, to: valid))
    // Normalization can bring forth separators (NFKC makes spaces of U+00A0 and U+3000).
    var scanner = WordScanner(normalized.span)
    while let range = scanner.next() {
      try body(.word, normalized.span.extracting(range))
    }
    return dropped
  }

  /// Refuses user tokens that cannot be, given the ids below `vocabularySize` that are `taken`.
  func validate(taken: Set<TokenID>, vocabularySize: Int) throws(BPEError) {
    var taken = taken
    var names = Set(["<PAD>", "<UNK>", "<BOS>", "<EOS>"])
    for token in userTokens {
      func refuse(_ defect: String) -> BPEError {
        BPEError(.invalidUserToken(name: token.name, defect))
      }
      guard !token.name.isEmpty else { throw refuse("the name is empty") }
      guard !token.name.unicodeScalars.contains(where: { UTF8Text.isSeparator($0.value) }) else {
        throw refuse("the name contains white space or the word mark")
      }
      guard names.insert(token.name).inserted else { throw refuse("the name is taken") }
      guard token.id >= 0, Int(token.id) < vocabularySize else {
        throw refuse("id \(token.id) is not in 0..<\(vocabularySize)")
      }
      guard taken.insert(token.id).inserted else { throw refuse("id \(token.id) is taken") }
    }
  }
}

extension WordCounts {
  /// These counts as they would be had the text been prepared first; with the number of bytes of
  /// invalid UTF-8 that the preparation dropped.
  func prepared(by preparation: TextPreparation) -> (counts: WordCounts, droppedBytes: UInt64) {
    guard !preparation.isIdentity else { return (self, 0) }
    var counter = WordCounter(capacity: uniqueCount)
    counter.add(separators: separatorCount)
    var dropped: UInt64 = 0
    forEach { word, count in
      let bytes = preparation.prepare(word) { part, word in
        if case .word = part { counter.add(word, count: count) }
      }
      dropped += UInt64(bytes) * count
    }
    return (counter.finish(), dropped)
  }
}
