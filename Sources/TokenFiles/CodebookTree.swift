/// A binary tree over a codebook: a code's label is its path from the root, so that the leading bits
/// of the label say roughly what the codeword looks like.
///
/// Compact token columns are coded along this tree; the column's header holds it, so that nobody
/// needs the codec to read the tokens.
public struct CodebookTree: Hashable, Sendable {
  /// The label of each code: distinct, below `1 << bits`.
  public let labels: [Int32]
  /// Bits of a label: the smallest number that holds `labels.count` labels, at least 1.
  public let bits: Int

  /// Makes a tree from its labels.
  ///
  /// - Returns: nil when there are none, or more than 2^24, or they are not distinct numbers below
  ///   `1 << bits`.
  public init?(labels: [Int32]) {
    guard 1...TokenFileLimits.vocabularySize ~= labels.count else { return nil }
    bits = Self.bits(forCount: labels.count)
    var isUsed = [Bool](repeating: false, count: 1 << bits)
    for label in labels {
      guard label >= 0, label < isUsed.count, !isUsed[Int(label)] else { return nil }
      isUsed[Int(label)] = true
    }
    self.labels = labels
  }

  /// A tree for codes of which nothing is known: every code is its own label.
  public init(identityOver vocabularySize: Int) {
    labels = (0..<Int32(vocabularySize)).map { $0 }
    bits = Self.bits(forCount: vocabularySize)
  }

  /// Builds a balanced tree by cutting the codebook in halves along its principal axis, again and
  /// again.
  ///
  /// - Parameters:
  ///   - codewords: `[K, D]`, row-major.
  ///   - dimension: `D`, at least 1.
  /// - Complexity: O(K · D² · log K).
  public init(codewords: [Float], dimension: Int) {
    precondition(
      dimension > 0 && codewords.count.isMultiple(of: dimension) && !codewords.isEmpty,
      "\(codewords.count) numbers are no codebook of dimension \(dimension)")
    let count = codewords.count / dimension
    bits = Self.bits(forCount: count)
    var bisection = Bisection(codewords: codewords, dimension: dimension, count: count)
    bisection.cut(0..<count, firstLabel: 0, bits: bits)
    labels = bisection.labels
  }

  /// The code of each label, -1 for labels without one.
  var codes: [Int32] {
    var codes = [Int32](repeating: -1, count: 1 << bits)
    for (code, label) in labels.enumerated() { codes[Int(label)] = Int32(code) }
    return codes
  }

  private static func bits(forCount count: Int) -> Int {
    max(1, Int.bitWidth - (count - 1).leadingZeroBitCount)
  }
}

/// The work of ``CodebookTree/init(codewords:dimension:)``.
private struct Bisection {
  let codewords: [Float]
  let dimension: Int
  var labels: [Int32]
  /// Codes in the order of the leaves found so far.
  var order: [Int]

  init(codewords: [Float], dimension: Int, count: Int) {
    self.codewords = codewords
    self.dimension = dimension
    labels = [Int32](repeating: 0, count: count)
    order = Array(0..<count)
  }

  mutating func cut(_ range: Range<Int>, firstLabel: Int, bits: Int) {
    guard range.count > 1 else {
      for place in range { labels[order[place]] = Int32(firstLabel) }
      return
    }
    let axis = principalAxis(range)
    let keyed = range.map { place -> (key: Double, code: Int) in
      (project(order[place], axis), order[place])
    }.sorted { ($0.key, $0.code) < ($1.key, $1.code) }
    for (place, item) in zip(range, keyed) { order[place] = item.code }
    let middle = range.lowerBound + (range.count + 1) / 2
    cut(range.lowerBound..<middle, firstLabel: firstLabel, bits: bits - 1)
    cut(middle..<range.upperBound, firstLabel: firstLabel + 1 << (bits - 1), bits: bits - 1)
  }

  private func project(_ code: Int, _ axis: [Double]) -> Double {
    (0..<dimension).reduce(0) { $0 + Double(codewords[code * dimension + $1]) * axis[$1] }
  }

  /// The direction of greatest variance, by power iteration on the covariance matrix.
  private func principalAxis(_ range: Range<Int>) -> [Double] {
    var mean = [Double](repeating: 0, count: dimension)
    for place in range {
      for d in 0..<dimension { mean[d] += Double(codewords[order[place] * dimension + d]) }
    }
    for d in 0..<dimension { mean[d] /= Double(range.count) }
    var covariance = [Double](repeating: 0, count: dimension * dimension)
    var centred = mean
    for place in range {
      for d in 0..<dimension {
        centred[d] = Double(codewords[order[place] * dimension + d]) - mean[d]
      }
      for row in 0..<dimension {
        for column in 0..<dimension {
          covariance[row * dimension + column] += centred[row] * centred[column]
        }
      }
    }
    var axis = (0..<dimension).map { 1 / Double(1 + $0) }
    for _ in 0..<32 {
      var next = (0..<dimension).map { row in
        (0..<dimension).reduce(0) { $0 + covariance[row * dimension + $1] * axis[$1] }
      }
      let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { break }
      for d in 0..<dimension { next[d] /= length }
      axis = next
    }
    return axis
  }
}
