import Tokens

/// Encodes one word at a time: cuts it into characters and merges them by the rules.
///
/// The rule of lowest rank that applies anywhere is carried out at its leftmost place until none
/// applies. Short words look at all ranks each time; longer ones keep a heap; very long ones go rule
/// by rule, so that a word of n characters costs O(n).
struct WordEncoder: ~Copyable {
  private let tables: EncodingTables
  /// The pieces of the word.
  private var pieces = Block<Piece>(count: 256)
  /// The rule for each piece and the next.
  private var rules = Block<RuleTable.Match>(count: 256)
  private var heap = MergeHeap()
  private var shortList = ShortList()
  private(set) var sawInvalidBytes = false

  private struct Piece: BitwiseCopyable {
    /// `EncodingTables.unknown` for a run of unknown characters.
    var token: UInt32
    /// The piece's first byte in the word.
    var start: UInt32
  }

  /// A word of at most 64 pieces as a linked list. Indices are masked instead of checked.
  private struct ShortList {
    /// Rank of the rule for each piece and the next, above the piece's index: the least is the rule
    /// to carry out, leftmost first. `gone` without a rule.
    var ranks = InlineArray<64, UInt64>(repeating: gone)
    var results = InlineArray<64, UInt32>(repeating: 0)
    var tokens = InlineArray<64, UInt32>(repeating: 0)
    var next = InlineArray<64, UInt8>(repeating: 0)
    var previous = InlineArray<64, UInt8>(repeating: 0)
    static let gone = UInt64.max

    @inline(__always)
    mutating func rate(_ index: Int, _ next: Int, _ tables: EncodingTables) {
      let rule = tables.rule(tokens[index & 63], tokens[next & 63])
      ranks[index & 63] =
        rule == RuleTable.Match.none
        ? Self.gone : UInt64(rule.rank) << 32 | UInt64(truncatingIfNeeded: index)
      results[index & 63] = rule.result
    }
  }

  /// Words of more symbols than this use the heap.
  private static let longest = 40
  /// Words of more symbols than this go rule by rule, for which a heap would leave the caches.
  private static let longestInHeap = 2048

  init(_ tables: EncodingTables) { self.tables = tables }

  /// Encodes the word `bytes` as it stands in the text and hands its pieces to `sink`.
  mutating func encode<Sink: PieceSink & ~Copyable>(
    _ bytes: Span<UInt8>, dropout: inout DropoutSource?, to sink: inout Sink
  ) {
    guard !tables.preparation.isIdentity else {
      return encodePrepared(bytes, dropout: &dropout, to: &sink)
    }
    let preparation = tables.preparation
    let dropped = preparation.prepare(bytes) { part, word in
      switch part {
      case .word: encodePrepared(word, dropout: &dropout, to: &sink)
      case .userToken(let id): sink.token(id)
      }
    }
    if dropped > 0 { sawInvalidBytes = true }
  }

  private mutating func encodePrepared<Sink: PieceSink & ~Copyable>(
    _ word: Span<UInt8>, dropout: inout DropoutSource?, to sink: inout Sink
  ) {
    var count = cut(word)
    guard count > 0 else { return }
    if dropout != nil {
      count = mergeWithHeap(count, &dropout)
    } else if count <= Self.longest {
      count = mergeShort(count)
    } else if count > Self.longestInHeap {
      count = mergeByRules(count)
    } else {
      count = mergeWithHeap(count, &dropout)
    }
    for index in 0..<count {
      let piece = pieces[index]
      if piece.token != EncodingTables.unknown {
        sink.token(TokenID(bitPattern: piece.token))
      } else {
        let end = index + 1 < count ? Int(pieces[index + 1].start) : word.count
        sink.unknown(word.extracting(Int(piece.start)..<end))
      }
    }
  }

  /// Fills `pieces` with "▁" and the word's characters; returns their number.
  private mutating func cut(_ word: Span<UInt8>) -> Int {
    if word.count + 1 > pieces.count {
      let size = (word.count + 1).nextPowerOfTwo
      pieces = Block(count: size)
      rules = Block(count: size)
    }
    pieces[0] = Piece(token: tables.lowLine, start: 0)
    var count = 1
    var offset = 0
    while offset < word.count {
      let start = offset
      let scalar = UTF8Text.decode(word, &offset)
      guard scalar != UTF8Text.invalid else {
        sawInvalidBytes = true
        continue
      }
      let token = tables.token(of: scalar)
      // A run of unknown characters is one unknown piece.
      if token == EncodingTables.unknown, pieces[count &- 1].token == token { continue }
      pieces[count] = Piece(token: token, start: UInt32(truncatingIfNeeded: start))
      count &+= 1
    }
    // Invalid bytes are dropped before words are cut: nothing but them is no word.
    return count == 1 ? 0 : count
  }

  @inline(__always)
  private func rate(_ index: Int, _ next: Int) {
    rules[index] = tables.rule(pieces[index].token, pieces[next].token)
  }

  private mutating func mergeShort(_ symbolCount: Int) -> Int {
    for index in 0..<symbolCount {
      shortList.tokens[index & 63] = pieces[index].token
      shortList.next[index & 63] = UInt8(truncatingIfNeeded: index &+ 1)
      shortList.previous[index & 63] = UInt8(truncatingIfNeeded: index &- 1)
    }
    for index in 0..<symbolCount &- 1 { shortList.rate(index, index &+ 1, tables) }
    shortList.ranks[(symbolCount &- 1) & 63] = ShortList.gone
    while true {
      var best = ShortList.gone
      for index in 0..<symbolCount { best = min(best, shortList.ranks[index & 63]) }
      guard best != ShortList.gone else { break }
      let position = Int(best & 63)
      shortList.tokens[position] = shortList.results[position]
      let removed = Int(shortList.next[position])
      let next = Int(shortList.next[removed & 63])
      shortList.ranks[removed & 63] = ShortList.gone
      shortList.next[position] = UInt8(truncatingIfNeeded: next)
      if next < symbolCount {
        shortList.previous[next & 63] = UInt8(truncatingIfNeeded: position)
        shortList.rate(position, next, tables)
      } else {
        shortList.ranks[position] = ShortList.gone
      }
      if position > 0 {
        shortList.rate(Int(shortList.previous[position]), position, tables)
      }
    }
    var count = 0
    var index = 0
    while index < symbolCount {
      pieces[count] = Piece(token: shortList.tokens[index & 63], start: pieces[index].start)
      count &+= 1
      index = Int(shortList.next[index & 63])
    }
    return count
  }

  /// The same with a heap of candidates, in which a merge leaves stale entries behind; with
  /// dropout, each look at the best candidate fails by chance.
  private mutating func mergeWithHeap(_ symbolCount: Int, _ dropout: inout DropoutSource?) -> Int {
    heap.reset(symbolCount)
    for index in 0..<symbolCount - 1 {
      rate(index, index + 1)
      pushRule(index)
    }
    rules[symbolCount - 1] = .none
    while let candidate = heap.pop(&dropout) {
      let position = candidate.position
      guard rules[position].rank == candidate.rank else { continue }
      pieces[position].token = rules[position].result
      let removed = heap.removeAfter(position, symbolCount)
      rules[removed] = .none
      if let previous = heap.previous(position) {
        rate(previous, position)
        pushRule(previous)
      }
      let next = heap.next(position)
      rules[position] = .none
      if next < symbolCount {
        rate(position, next)
        pushRule(position)
      }
    }
    var count = 0
    var index = 0
    while index < symbolCount {
      pieces[count] = pieces[index]
      count += 1
      index = heap.next(index)
    }
    return count
  }

  private func mergeByRules(_ symbolCount: Int) -> Int {
    var merger = LongWordMerger(tables, count: symbolCount) { pieces[$0].token }
    var count = 0
    merger.merge { position, token in
      pieces[count] = Piece(token: token, start: pieces[position].start)
      count += 1
    }
    return count
  }

  private mutating func pushRule(_ index: Int) {
    if rules[index] != .none { heap.push(rank: rules[index].rank, position: index) }
  }
}
