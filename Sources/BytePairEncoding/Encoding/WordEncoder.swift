import Tokens

/// Encodes one word at a time: cuts it into characters and merges them by the rules.
///
/// The rule of lowest rank that applies anywhere is carried out at its leftmost place until none
/// applies. Short words look at all ranks each time (`MergeLanes`); longer ones keep a heap; very long
/// ones go rule by rule, so that a word of n characters costs O(n).
struct WordEncoder: ~Copyable {
  let tables: EncodingTables
  /// The pieces of the word.
  private var pieces = Block<Piece>(count: 256)
  /// Rank of the rule for each piece and the next.
  private var ranks = Block<UInt32>(count: 256)
  private var heap = MergeHeap()
  let lanes: MergeLanes
  private(set) var sawInvalidBytes = false

  private struct Piece: BitwiseCopyable {
    /// `tables.unknown` for a run of unknown characters.
    var token: UInt32
    /// The piece's first byte in the word.
    var start: UInt32
  }

  init(_ tables: EncodingTables) {
    self.tables = tables
    lanes = MergeLanes(tables)
  }

  /// Words of more symbols than this go rule by rule, for which a heap would leave the caches.
  private static let longestInHeap = 2048

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
    } else if count <= MergeLanes.capacity, MergeLanes.fit(tables) {
      count = mergeShort(count)
    } else if count > Self.longestInHeap {
      count = mergeByRules(count)
    } else {
      count = mergeWithHeap(count, &dropout)
    }
    for index in 0..<count {
      let piece = pieces[index]
      if piece.token != tables.unknown {
        sink.token(tables.id(of: piece.token))
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
      ranks = Block(count: size)
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
      if token == tables.unknown, pieces[count &- 1].token == token { continue }
      pieces[count] = Piece(token: token, start: UInt32(truncatingIfNeeded: start))
      count &+= 1
    }
    // Invalid bytes are dropped before words are cut: nothing but them is no word.
    return count == 1 ? 0 : count
  }

  @inline(__always)
  private func rate(_ index: Int, _ next: Int) {
    ranks[index] = tables.rules.rank(pieces[index].token, pieces[next].token)
  }

  private mutating func mergeShort(_ symbolCount: Int) -> Int {
    let lane = MergeLanes.spare
    for index in 0..<symbolCount { lanes.set(index, of: lane, to: pieces[index].token) }
    lanes.start(lane, count: symbolCount)
    while lanes.step(lane) {}
    var count = 0
    lanes.forEachToken(lane) { token, symbol in
      pieces[count] = Piece(token: token, start: pieces[symbol].start)
      count &+= 1
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
    ranks[symbolCount - 1] = RuleTable.none
    while let candidate = heap.pop(&dropout) {
      let position = candidate.position
      guard ranks[position] == candidate.rank else { continue }
      pieces[position].token = tables.firstMerged + candidate.rank
      let removed = heap.removeAfter(position, symbolCount)
      ranks[removed] = RuleTable.none
      if let previous = heap.previous(position) {
        rate(previous, position)
        pushRule(previous)
      }
      let next = heap.next(position)
      ranks[position] = RuleTable.none
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
    if ranks[index] != RuleTable.none { heap.push(rank: ranks[index], position: index) }
  }
}
