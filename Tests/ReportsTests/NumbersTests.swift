import ImageMetrics
import Reports
import Testing
import Tokens

@Suite struct NumbersTests {
  @Test(
    arguments: [
      (0, 2, "0.00"), (21.557, 2, "21.56"), (0.0049, 2, "0.00"), (-0.0281, 4, "−0.0281"),
      (-0.001, 2, "0.00"), (0.99996, 4, "1.0000"), (1188.8, 0, "1,189"),
      (1_234_567.5, 1, "1,234,567.5"),
      (.infinity, 2, "∞"), (.nan, 2, "–"), (9.999, 2, "10.00"), (0.05, 1, "0.1"),
    ] as [(Double, Int, String)])
  func fixed(value: Double, digits: Int, expected: String) {
    #expect(Numbers.fixed(value, digits) == expected)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")])
  func grouped(count: Int, expected: String) {
    #expect(Numbers.grouped(count) == expected)
  }
}

@Suite struct UseCountChartTests {
  @Test func countsEveryCodewordOnce() throws {
    var usage = CodebookUsage(codebookSize: 6)
    // Used 0, 1, 2, 3, 4 and 9 times.
    let tokens = [1, 2, 2, 3, 3, 3, 4, 4, 4, 4] + [Int](repeating: 5, count: 9)
    try usage.add(TokenGrid(height: 1, width: 19, tokens: tokens.map { TokenID($0) }))
    let bars = UseCountChart(usage, id: "x").bars
    #expect(bars.map(\.uses) == [0...0, 1...1, 2...3, 4...7, 8...15])
    #expect(bars.map(\.codewordCount) == [1, 1, 2, 1, 1])
  }

  @Test(arguments: [0, 1, 1023, 1024, 2047, 2048, 100_000])
  func neverDrawsTooManyBars(uses: Int) throws {
    var usage = CodebookUsage(codebookSize: 2)
    try usage.add(
      TokenGrid(height: 1, width: uses, tokens: [TokenID](repeating: 1, count: uses)))
    let bars = UseCountChart(usage, id: "x").bars
    #expect(bars.count <= UseCountChart.maximumBarCount)
    #expect(bars.reduce(0) { $0 + $1.codewordCount } == 2)
    #expect(bars.last?.uses.contains(uses) == true)
    for (low, high) in zip(bars, bars.dropFirst()) {
      #expect(low.uses.upperBound + 1 == high.uses.lowerBound)
    }
  }
}
