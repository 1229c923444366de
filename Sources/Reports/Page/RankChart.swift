import ImageMetrics

/// A curve: uses of each codeword, from the most to the least used, on a logarithmic scale.
struct RankChart {
  /// Steps drawn at most; several codewords share one, which shows their mean.
  static let maximumStepCount = 192

  private let usage: CodebookUsage
  private let id: String

  init(_ usage: CodebookUsage, id: String) {
    self.usage = usage
    self.id = id
  }

  var markup: Markup {
    let used = usage.counts.filter { $0 > 0 }.sorted(by: >)
    let top = Self.decades(of: used.first ?? 1)
    let plot = (left: 44.0, top: 12.0, width: 344.0, height: 182.0)
    func x(_ rank: Double) -> String {
      Numbers.fixed(plot.left + plot.width * rank / Double(usage.codebookSize), 1)
    }
    /// One use stands a twelfth above the base, so that it can be told from none.
    func y(_ uses: Double) -> String {
      let share = (1 + 11 * logarithm(uses) / Double(top)) / 12
      return Numbers.fixed(plot.top + plot.height * (1 - share), 1)
    }
    let stepCount = min(used.count, Self.maximumStepCount)
    var path = "M\(x(0)) 194"
    for step in 0..<stepCount {
      let range = used.count * step / stepCount..<used.count * (step + 1) / stepCount
      let mean = Double(used[range].reduce(0, +)) / Double(range.count)
      path += "V\(y(mean))H\(x(Double(range.upperBound)))"
    }
    path += "V194Z"
    let levels: [Markup] = (0...top).map { exponent in
      let uses = (0..<exponent).reduce(1) { uses, _ in uses * 10 }
      let height = y(Double(uses))
      return """
        <line class="grid" x1="44" x2="388" y1="\(height)" y2="\(height)"/>
        <text class="tick" x="39" y="\(height)" dy="4" text-anchor="end">\(Self.label(exponent))</text>

        """
    }
    let ranks: [Markup] = (0...2).map { half in
      let rank = usage.codebookSize * half / 2
      let anchor = half == 2 ? "end" : half == 0 ? "start" : "middle"
      return """
        <text class="tick" x="\(x(Double(rank)))" y="209" text-anchor="\(anchor)">\
        \(Numbers.grouped(rank))</text>
        """
    }
    let most = Numbers.count(used.first ?? 0, "time")
    return """
      <figure class="chart"><svg viewBox="0 0 400 232" role="img" aria-labelledby="\(id)" \
      aria-describedby="\(id)-text">
      <title id="\(id)">Uses of each codeword, most used first</title>
      <desc id="\(id)-text">The most used codeword occurs \(most); \
      \(Numbers.grouped(used.count)) of \(Numbers.grouped(usage.codebookSize)) occur at all. \
      Logarithmic scale.</desc>
      \(levels)<path class="area" d="\(path)"/>
      <line class="axis" x1="44" x2="388" y1="194" y2="194"/>
      \(ranks)
      <text class="tick" x="216" y="227" text-anchor="middle">codewords by rank</text>
      </svg><figcaption>Uses of each codeword, most used first (logarithmic)</figcaption></figure>
      """
  }

  /// The smallest n ≥ 1 with 10ⁿ ≥ `count`.
  static func decades(of count: Int) -> Int {
    var decades = 1
    var power = 10
    while power < count {
      decades += 1
      power *= 10
    }
    return decades
  }

  private static func label(_ exponent: Int) -> String {
    ["1", "10", "100", "1k", "10k", "100k", "1M", "10M", "100M", "1G"][min(exponent, 9)]
  }
}
