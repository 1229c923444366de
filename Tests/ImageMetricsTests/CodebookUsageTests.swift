import ImageMetrics
import TestSupport
import Testing
import Tokens

@Suite struct CodebookUsageTests {
  @Test func countsAndDescribesWhatItSaw() throws {
    var usage = CodebookUsage(codebookSize: 8)
    // Shares 1/2, 1/4, 1/8, 1/8: 1.75 bits.
    try usage.add(TokenGrid(height: 2, width: 4, tokens: [5, 5, 5, 5, 0, 0, 7, 2]))
    #expect(usage.counts == [2, 0, 1, 0, 0, 4, 0, 1])
    #expect(usage.tokenCount == 8)
    #expect(usage.usedCodeCount == 4)
    #expect(usage.deadCodeCount == 4)
    #expect(usage.entropy == 1.75)
    #expect(abs(usage.perplexity - 3.363585661014858) < 1e-12)
  }

  @Test func isZeroBeforeAndForOneCode() throws {
    var usage = CodebookUsage(codebookSize: 3)
    #expect(usage.entropy == 0)
    #expect(usage.perplexity == 1)
    try usage.add(TokenGrid(height: 1, width: 5, tokens: [1, 1, 1, 1, 1]))
    #expect(usage.entropy == 0)
    #expect(usage.perplexity == 1)
    #expect(usage.deadCodeCount == 2)
  }

  @Test func reachesTheLogarithmWhenUniform() throws {
    var usage = CodebookUsage(codebookSize: 8192)
    try usage.add(TokenGrid(height: 64, width: 128, tokens: (0..<8192).map { TokenID($0) }))
    #expect(usage.entropy == 13)
    #expect(usage.perplexity == 8192)
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func mergingEqualsCountingAlone(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let grids = (0..<6).map { _ in
      TokenGrid(
        height: 4, width: 4,
        tokens: (0..<16).map { _ in TokenID.random(in: 0..<50, using: &generator) })
    }
    var whole = CodebookUsage(codebookSize: 50)
    for grid in grids { try whole.add(grid) }
    var parts = CodebookUsage(codebookSize: 50)
    for start in [4, 0, 2] {
      var part = CodebookUsage(codebookSize: 50)
      for grid in grids[start..<start + 2] { try part.add(grid) }
      try parts.merge(part)
    }
    #expect(parts == whole, "seed \(seed)")
  }
}
