/// Joins neighbouring symbols, the pair with the best score first, until none is left to join.
///
/// A pair may be joined when the vocabulary holds the text of both together. Of equally good pairs
/// the leftmost goes first. User-defined pieces are never joined. (Models with unused pieces, which
/// no trainer makes, are left to libsentencepiece.)
///
/// Source: `bpe_model.cc` of google/sentencepiece.
struct BPEEncoder: Sendable {
  private let trie: PieceTrie
  private let userDefined: PieceTrie?
  private let startsUserDefined: [Bool]
  private let unknownID: Int32
  private let pieceCount: Int32
  /// Symbols are pieces and, above them, characters that are parts of pieces but no pieces.
  private let characters: PieceTrie?
  private let merges: MergeTable
  private let scores: [Float]
  /// Whether no piece has `▁` anywhere but at its start, so that every `▁` starts a new word that
  /// can be joined on its own.
  private let wordsAreIndependent: Bool

  init(
    _ model: SentencePieceModel, texts: PieceTexts, ids: [Int32], trie: PieceTrie,
    userDefined: PieceTrie?, startsUserDefined: [Bool], unknownID: Int32
  ) {
    self.trie = trie
    self.userDefined = userDefined
    self.startsUserDefined = startsUserDefined
    self.unknownID = unknownID
    pieceCount = Int32(model.pieces.count)
    scores = model.pieces.map(\.score)

    var known: Set<[UInt8]> = []
    var parts: [[UInt8]] = []
    var independent = model.escapesWhitespaces && !model.whitespaceIsSuffix
    for id in ids {
      let text = texts[Int(id)]
      var start = text.startIndex
      while start < text.endIndex {
        let end = min(start + UTF8Scalar.length(lead: text[start]), text.endIndex)
        let character = text[start..<end]
        if start > text.startIndex, character.elementsEqual([0xE2, 0x96, 0x81]) {
          independent = false
        }
        if trie.value(of: character) == nil, known.insert(Array(character)).inserted {
          parts.append(Array(character))
        }
        start = end
      }
    }
    wordsAreIndependent = independent
    // The parts are all different, so building cannot find a duplicate.
    let characters =
      parts.isEmpty ? nil : try? PieceTrie(PieceTexts(parts), ids: 0..<Int32(parts.count))
    self.characters = characters

    let firstCharacter = pieceCount
    func symbol(_ text: ArraySlice<UInt8>) -> Int32? {
      trie.value(of: text) ?? characters?.value(of: text).map { firstCharacter + $0 }
    }
    var table = MergeTable(capacity: ids.count * 4)
    for id in ids {
      let text = texts[Int(id)]
      var split = text.startIndex + UTF8Scalar.length(lead: text[text.startIndex])
      while split < text.endIndex {
        if let left = symbol(text[..<split]), let right = symbol(text[split...]) {
          table.insert(left, right, result: id)
        }
        split += UTF8Scalar.length(lead: text[split])
      }
    }
    merges = table
  }

  private struct Symbol {
    /// The piece or character, or -1 when it is neither.
    var id: Int32
    /// The byte behind its last; its first is where the previous symbol ends.
    var end: Int32
    var previous: Int32
    var next: Int32
    /// User-defined: may not be joined.
    var frozen: Bool
  }

  /// Appends the segments of `text` in order, each with where it ends.
  func segment(_ text: borrowing Span<UInt8>, into segments: inout [Segment]) {
    var symbols: [Symbol] = []
    var start = 0
    while start < text.count {
      var end = min(start + UTF8Scalar.length(lead: text[start]), text.count)
      var frozen = false
      if startsUserDefined[Int(text[start])],
        let found = userDefined?.longestPrefix(of: text, from: start)
      {
        end = start + found.length
        frozen = true
      }
      let startsWord =
        text[start] == 0xE2 && end - start == 3 && text[start + 1] == 0x96
        && text[start + 2] == 0x81
      if wordsAreIndependent, startsWord, !symbols.isEmpty {
        join(&symbols)
        emit(symbols, into: &segments)
        symbols.removeAll(keepingCapacity: true)
      }
      symbols.append(
        Symbol(
          id: lookUp(text, start..<end), end: Int32(end), previous: Int32(symbols.count) - 1,
          next: Int32(symbols.count) + 1, frozen: frozen))
      start = end
    }
    guard !symbols.isEmpty else { return }
    join(&symbols)
    emit(symbols, into: &segments)
  }

  @inline(__always)
  private func lookUp(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int32 {
    let id = Self.walk(trie, text, range)
    if id >= 0 { return id }
    guard let characters else { return -1 }
    let part = Self.walk(characters, text, range)
    return part < 0 ? -1 : pieceCount + part
  }

  @inline(__always)
  private static func walk(
    _ trie: PieceTrie, _ text: borrowing Span<UInt8>, _ range: Range<Int>
  ) -> Int32 {
    var node = PieceTrie.root
    for i in range {
      guard let next = trie.child(of: node, text[i]) else { return -1 }
      node = next
    }
    return trie.value(at: node)
  }

  /// Below this many symbols a scan for the best pair is faster than a queue.
  private static let scanLimit = 24

  private func join(_ symbols: inout [Symbol]) {
    symbols[symbols.count - 1].next = -1
    if symbols.count <= Self.scanLimit {
      joinByScanning(&symbols)
    } else {
      joinByQueue(&symbols)
    }
  }

  @inline(__always)
  private func merge(_ left: Symbol, _ right: Symbol) -> Int32 {
    if left.frozen || right.frozen || left.id < 0 || right.id < 0 { return -1 }
    return merges[left.id, right.id]
  }

  /// Joins in place; afterwards the symbols are the ones left, in order.
  private func joinByScanning(_ symbols: inout [Symbol]) {
    // results[i] is what symbols i and i+1 become, or -1.
    var results = [Int32](repeating: -1, count: symbols.count)
    for i in 0..<symbols.count - 1 { results[i] = merge(symbols[i], symbols[i + 1]) }
    var count = symbols.count
    while true {
      var best = -1
      var bestScore: Float = 0
      for i in 0..<count - 1 where results[i] >= 0 {
        let score = scores[Int(results[i])]
        if best < 0 || score > bestScore {
          best = i
          bestScore = score
        }
      }
      if best < 0 { break }
      symbols[best].id = results[best]
      symbols[best].end = symbols[best + 1].end
      count -= 1
      for i in best + 1..<max(count, best + 1) {
        symbols[i] = symbols[i + 1]
        results[i] = results[i + 1]
      }
      results[count - 1] = -1
      if best > 0 { results[best - 1] = merge(symbols[best - 1], symbols[best]) }
      results[best] = best + 1 < count ? merge(symbols[best], symbols[best + 1]) : -1
    }
    symbols.removeLast(symbols.count - count)
    for i in 0..<count { symbols[i].next = i + 1 < count ? Int32(i + 1) : -1 }
  }

  private func joinByQueue(_ symbols: inout [Symbol]) {
    var queue = MergeQueue()
    func consider(_ left: Int32, _ symbols: [Symbol]) {
      guard left >= 0 else { return }
      let right = symbols[Int(left)].next
      guard right >= 0 else { return }
      let result = merge(symbols[Int(left)], symbols[Int(right)])
      guard result >= 0 else { return }
      queue.push(
        .init(
          score: scores[Int(result)], left: left, right: right, end: symbols[Int(right)].end))
    }
    var extents = symbols.map(\.end)
    for i in 0..<Int32(symbols.count) { consider(i, symbols) }
    while let top = queue.pop() {
      let left = Int(top.left)
      let right = Int(top.right)
      // Stale when one side has grown or vanished since: then its end has changed.
      guard extents[left] >= 0, extents[right] == top.end, symbols[left].next == top.right,
        case let result = merge(symbols[left], symbols[right]), result >= 0,
        scores[Int(result)] == top.score
      else { continue }
      symbols[left].id = result
      symbols[left].end = symbols[right].end
      extents[left] = symbols[right].end
      extents[right] = -1
      let next = symbols[right].next
      symbols[left].next = next
      if next >= 0 { symbols[Int(next)].previous = top.left }
      consider(symbols[left].previous, symbols)
      consider(top.left, symbols)
    }
  }

  private func emit(_ symbols: [Symbol], into segments: inout [Segment]) {
    var index: Int32 = 0
    while index >= 0 {
      let symbol = symbols[Int(index)]
      let known = symbol.id >= 0 && symbol.id < pieceCount
      segments.append(Segment(id: known ? symbol.id : unknownID, end: Int(symbol.end)))
      index = symbol.next
    }
  }
}
