/// Finds the most probable segmentation: a Viterbi pass over bytes.
///
/// `best[i]` is the score of the best segmentation of the first `i` bytes. Sums are rounded to
/// single precision before they are compared, and of equal ones the first found stays: so does
/// sentencepiece 0.2.3. (Version 0.1.97 compared unrounded sums with rounded ones, so that an
/// exact tie fell either way; where the two versions differ, the scores are equal.)
///
/// Source: Kudo, "Subword Regularization", 2018; `unigram_model.cc` of google/sentencepiece.
struct UnigramEncoder: Sendable {
  private let trie: PieceTrie
  private let scores: [Float]
  private let flags: [UInt8]
  private let unknownID: Int32
  private let unknownScore: Float
  private let largestScore: Float

  private static let userDefined: UInt8 = 1
  /// Unused pieces, marks, bytes and the unknown piece: never found in text.
  private static let skipped: UInt8 = 2
  /// How far below the rarest piece an unknown character is.
  private static let unknownPenalty: Float = 10

  init(_ model: SentencePieceModel, trie: PieceTrie, unknownID: Int32) {
    self.trie = trie
    self.unknownID = unknownID
    scores = model.pieces.map(\.score)
    flags = model.pieces.map {
      $0.type == .userDefined ? Self.userDefined : $0.type == .normal ? 0 : Self.skipped
    }
    let normal = model.pieces.lazy.filter { $0.type == .normal }.map(\.score)
    unknownScore = (normal.min() ?? 0) - Self.unknownPenalty
    largestScore = normal.max() ?? 0
  }

  fileprivate struct Best {
    var score: Float
    var start: Int32
    var id: Int32
  }

  /// Room for the pass, kept from line to line.
  struct Lattice {
    fileprivate var best: [Best] = []
  }

  /// Appends the segments of `text` in order, each with where it ends.
  func segment(
    _ text: borrowing Span<UInt8>, with lattice: inout Lattice, into segments: inout [Segment]
  ) {
    let count = text.count
    guard count > 0 else { return }
    var best = lattice.best
    lattice.best = []
    defer { lattice.best = best }
    best.removeAll(keepingCapacity: true)
    best.append(contentsOf: repeatElement(Best(score: 0, start: -1, id: -1), count: count + 1))
    var start = 0
    while start < count {
      let scoreHere = Double(best[start].score)
      let scalarEnd = min(start + UTF8Scalar.length(lead: text[start]), count)
      var coversScalar = false
      var node = PieceTrie.root
      var end = start
      while end < count, let next = trie.child(of: node, text[end]) {
        node = next
        end += 1
        let id = trie.value(at: node)
        if id < 0 { continue }
        let flag = flags[Int(id)]
        if flag == Self.skipped { continue }
        let score =
          flag == Self.userDefined
          ? Double(Float(end - start) * largestScore) - 0.1 : Double(scores[Int(id)])
        let candidate = Float(scoreHere + score)
        if best[end].start < 0 || candidate > best[end].score {
          best[end] = Best(score: candidate, start: Int32(start), id: id)
        }
        if end == scalarEnd { coversScalar = true }
      }
      if !coversScalar {
        let candidate = Float(scoreHere) + unknownScore
        if best[scalarEnd].start < 0 || candidate > best[scalarEnd].score {
          best[scalarEnd] = Best(score: candidate, start: Int32(start), id: unknownID)
        }
      }
      start = scalarEnd
    }
    let first = segments.count
    var end = count
    while end > 0 {
      segments.append(Segment(id: best[end].id, end: end))
      end = Int(best[end].start)
    }
    segments[first...].reverse()
  }
}

/// One segment of normalised text: its piece and the byte behind its last.
struct Segment: Sendable {
  var id: Int32
  var end: Int
}
