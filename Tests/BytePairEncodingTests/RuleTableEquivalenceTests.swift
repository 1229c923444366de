import BytePairEncoding
import TestSupport
import Testing

/// The table of rules against a dictionary.
struct RuleTableEquivalenceTests {
  /// Few attempts leave rows without a displacement, which then lie elsewhere.
  @Test(arguments: [0, 1, 2, 4096])
  func everyPair(attempts: Int) {
    var random = SeededGenerator(seed: UInt64(attempts))
    for tokenCount in [1, 2, 3, 30, 100] {
      let pairs = (0..<Int.random(in: 0...4 * tokenCount, using: &random)).map { _ in
        // Small tokens more often: rows of all sizes; some pairs twice.
        SymbolPair(
          UInt32(tokenCount - 1) / UInt32.random(in: 1...8, using: &random),
          UInt32.random(in: 0..<UInt32(tokenCount), using: &random))
      }
      let expected = Dictionary(zip(pairs, UInt32(0)...), uniquingKeysWith: { max($0, $1) })
      let table = RuleTable(pairs, tokenCount: tokenCount, attempts: attempts)
      for left in 0...UInt32(tokenCount) {
        for right in 0...UInt32(tokenCount) {
          let rank = table.rank(left, right)
          #expect(rank == expected[SymbolPair(left, right)] ?? RuleTable.none, "\(left), \(right)")
        }
      }
    }
  }

  /// Around the number of tokens from which the table is a wide one.
  @Test(arguments: [65_534, 65_535, 65_536, 70_000])
  func manyTokens(tokenCount: Int) {
    var random = SeededGenerator(seed: UInt64(tokenCount))
    let tokens = [0, 1, 2, 0xFFFE, 0xFFFF, 0x1_0000, tokenCount - 1].filter { $0 < tokenCount }
    let common = tokens.flatMap { left in
      tokens.map { SymbolPair(UInt32(left), UInt32($0)) }
    }.shuffled(using: &random)
    let rare = (0..<30_000).map { _ in
      SymbolPair(
        UInt32.random(in: 0..<UInt32(tokenCount), using: &random),
        UInt32.random(in: 0..<UInt32(tokenCount), using: &random))
    }
    let pairs = rare + common.dropFirst(common.count / 2)
    let expected = Dictionary(zip(pairs, UInt32(0)...), uniquingKeysWith: { max($0, $1) })
    let table = RuleTable(pairs, tokenCount: tokenCount)
    let turned = pairs.map { SymbolPair($0.right, $0.left) }
    let last = UInt32(tokenCount)
    let ends = (0...last).flatMap { [SymbolPair($0, last), SymbolPair(last, $0)] }
    for pair in pairs + turned + common + ends {
      let rank = table.rank(pair.left, pair.right)
      if rank != expected[pair] ?? RuleTable.none { Issue.record("\(pair): \(rank)") }
    }
  }
}
