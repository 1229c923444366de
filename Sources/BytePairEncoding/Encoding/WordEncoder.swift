import Tokens

/// Encodes one word at a time: cuts it into characters and merges them by the rules.
///
/// The rule of lowest rank that applies anywhere is carried out at its leftmost place until none
/// applies. Short words look at all ranks each time; long ones keep a heap, so that a word of n
/// characters costs O(n log n).
struct WordEncoder: ~Copyable {
  private let tables: EncodingTables
  /// Tokens of the word, `EncodingTables.unknown` for a run of unknown characters.
  private var tokens = Block<UInt32>(count: 256)
  /// The first byte of each, in the word.
  private var starts = Block<UInt32>(count: 256)
  /// The rank of the pair that begins at each.
  private var ranks = Block<UInt32>(count: 256)
  /// What each pair becomes.
  private var results = Block<UInt32>(count: 256)
  private var heap = MergeHeap()
  private(set) var sawInvalidBytes = false

  /// Words of more symbols than this use the heap.
  private static let longest = 40

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
    } else {
      count = mergeWithHeap(count, &dropout)
    }
    for index in 0..<count {
      if tokens[index] != EncodingTables.unknown {
        sink.token(TokenID(bitPattern: tokens[index]))
      } else {
        let end = index + 1 < count ? Int(starts[index + 1]) : word.count
        sink.unknown(word.extracting(Int(starts[index])..<end))
      }
    }
  }

  /// Fills `tokens` and `starts` with "▁" and the word's characters; returns their number.
  private mutating func cut(_ word: Span<UInt8>) -> Int {
    if word.count + 1 > tokens.count {
      let size = (word.count + 1).nextPowerOfTwo
      tokens = Block(count: size)
      starts = Block(count: size)
      ranks = Block(count: size)
      results = Block(count: size)
    }
    tokens[0] = tables.lowLine
    starts[0] = 0
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
      if token == EncodingTables.unknown, tokens[count &- 1] == token { continue }
      tokens[count] = token
      starts[count] = UInt32(truncatingIfNeeded: start)
      count &+= 1
    }
    // Invalid bytes are dropped before words are cut: nothing but them is no word.
    return count == 1 ? 0 : count
  }

  @inline(__always)
  private func rate(_ index: Int, _ next: Int) {
    let rule = tables.rule(tokens[index], tokens[next])
    ranks[index] = rule.rank
    results[index] = rule.result
  }

  private func mergeShort(_ symbolCount: Int) -> Int {
    var count = symbolCount
    for index in 0..<count &- 1 { rate(index, index &+ 1) }
    while count > 1 {
      var best = 0
      var bestRank = ranks[0]
      for index in 1..<max(count &- 1, 1) where ranks[index] < bestRank {
        bestRank = ranks[index]
        best = index
      }
      guard bestRank != RuleTable.none else { break }
      tokens[best] = results[best]
      count &-= 1
      for index in best &+ 1..<max(count, best &+ 1) {
        tokens[index] = tokens[index &+ 1]
        starts[index] = starts[index &+ 1]
        ranks[index] = ranks[index &+ 1]
        results[index] = results[index &+ 1]
      }
      if best > 0 { rate(best &- 1, best) }
      if best &+ 1 < count { rate(best, best &+ 1) }
    }
    return count
  }

  /// The same with a heap of candidates, in which a merge leaves stale entries behind; with
  /// dropout, each look at the best candidate fails by chance.
  private mutating func mergeWithHeap(_ symbolCount: Int, _ dropout: inout DropoutSource?) -> Int {
    heap.reset(symbolCount)
    for index in 0..<symbolCount - 1 {
      rate(index, index + 1)
      if ranks[index] != RuleTable.none { heap.push(rank: ranks[index], position: index) }
    }
    ranks[symbolCount - 1] = RuleTable.none
    while let candidate = heap.pop(&dropout) {
      let position = candidate.position
      guard ranks[position] == candidate.rank else { continue }
      tokens[position] = results[position]
      let removed = heap.removeAfter(position, symbolCount)
      ranks[removed] = RuleTable.none
      let next = heap.next(position)
      if next < symbolCount { rate(position, next) } else { ranks[position] = RuleTable.none }
      if let previous = heap.previous(position) {
        rate(previous, position)
        if ranks[previous] != RuleTable.none {
          heap.push(rank: ranks[previous], position: previous)
        }
      }
      if ranks[position] != RuleTable.none {
        heap.push(rank: ranks[position], position: position)
      }
    }
    var count = 0
    var index = 0
    while index < symbolCount {
      tokens[count] = tokens[index]
      starts[count] = starts[index]
      count += 1
      index = heap.next(index)
    }
    return count
  }
}
