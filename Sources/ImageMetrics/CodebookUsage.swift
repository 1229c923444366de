public import Tokens

/// How often each codeword of a codebook was used.
///
/// ```swift
/// var usage = CodebookUsage(codebookSize: 8192)
/// for grid in grids { try usage.add(grid) }
/// print(usage.usedCodeCount, usage.entropy, usage.perplexity)
/// ```
public struct CodebookUsage: Hashable, Sendable {
  /// Uses of each codeword, `codebookSize` counts.
  public private(set) var counts: [Int]
  /// All tokens counted so far: the sum of ``counts``.
  public private(set) var tokenCount = 0

  /// Codewords in the codebook.
  public var codebookSize: Int { counts.count }

  /// An empty histogram of a codebook with `codebookSize` codewords; fewer than 1 traps.
  public init(codebookSize: Int) {
    precondition(codebookSize > 0, "a codebook has at least 1 codeword, not \(codebookSize)")
    counts = [Int](repeating: 0, count: codebookSize)
  }

  /// Counts the tokens of one grid.
  ///
  /// - Throws: ``ImageMetricsError`` when a token lies outside the codebook; nothing of that grid
  ///   is counted then.
  public mutating func add(_ grid: TokenGrid) throws(ImageMetricsError) {
    for (offset, token) in grid.tokens.enumerated() where !counts.indices.contains(Int(token)) {
      throw ImageMetricsError(
        .tokenOutsideCodebook(token: token, codebookSize: codebookSize), offset: offset)
    }
    for token in grid.tokens { counts[Int(token)] += 1 }
    tokenCount += grid.tokens.count
  }

  /// Adds the counts of another histogram of the same codebook.
  ///
  /// Merging is commutative and associative: parts may be counted on any threads.
  ///
  /// - Throws: ``ImageMetricsError`` when the codebook sizes differ.
  public mutating func merge(_ other: CodebookUsage) throws(ImageMetricsError) {
    guard other.codebookSize == codebookSize else {
      throw ImageMetricsError(.codebookSizesDiffer(codebookSize, other.codebookSize))
    }
    for code in counts.indices { counts[code] += other.counts[code] }
    tokenCount += other.tokenCount
  }

  /// Codewords used at least once.
  public var usedCodeCount: Int { counts.count { $0 > 0 } }

  /// Codewords never used.
  public var deadCodeCount: Int { codebookSize - usedCodeCount }

  /// Entropy of the codeword frequencies in bits per token: 0…log2(codebookSize); 0 when nothing
  /// was counted.
  ///
  /// This is the plug-in estimate. With few tokens per codeword it is too low, and never above
  /// log2(``tokenCount``).
  public var entropy: Double {
    guard tokenCount > 0 else { return 0 }
    let total = Double(tokenCount)
    var bits = 0.0
    for count in counts where count > 0 {
      let share = Double(count) / total
      bits -= share * binaryLogarithm(share)
    }
    return max(bits, 0)
  }

  /// `2 ^ entropy`: how many equally frequent codewords would carry as much; 1…codebookSize.
  public var perplexity: Double { power(2, entropy) }
}
