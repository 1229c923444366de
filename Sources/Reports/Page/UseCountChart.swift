package import ImageMetrics

/// Bars: how many codewords were used 0, 1, 2–3, 4–7, … times.
///
/// The ranges grow by powers of two, or of four, eight, … where there would be too many bars.
package struct UseCountChart {
  package static let maximumBarCount = 12

  /// Codewords whose number of uses lies in `uses`.
  package struct Bar: Equatable {
    package let uses: ClosedRange<Int>
    package var codewordCount: Int
  }

  package let bars: [Bar]
  private let id: String

  package init(_ usage: CodebookUsage, id: String) {
    self.id = id
    let most = usage.counts.max() ?? 0
    var shift = 1
    while (most.bitLength + shift - 1) / shift > Self.maximumBarCount - 1 { shift += 1 }
    var bars = [Bar(uses: 0...0, codewordCount: 0)]
    for index in 0..<(most.bitLength + shift - 1) / shift {
      bars.append(
        Bar(uses: 1 << (index * shift)...1 << ((index + 1) * shift) - 1, codewordCount: 0))
    }
    for count in usage.counts {
      bars[(count.bitLength + shift - 1) / shift].codewordCount += 1
    }
    self.bars = bars
  }

  var markup: Markup {
    let plot = (left: 6.0, top: 34.0, width: 388.0, height: 160.0)
    let highest = Double(max(1, bars.map(\.codewordCount).max() ?? 1))
    let step = plot.width / Double(bars.count)
    let columns: [Markup] = bars.enumerated().map { index, bar in
      let height = plot.height * Double(bar.codewordCount) / highest
      let x = plot.left + step * Double(index)
      let y = plot.top + plot.height - height
      let middle = Numbers.fixed(x + step / 2, 1)
      let value = bar.codewordCount == 0 ? "" : Numbers.grouped(bar.codewordCount)
      return """
        <rect class="\(index == 0 ? "dead" : "bar")" x="\(Numbers.fixed(x + step * 0.1, 1))" \
        y="\(Numbers.fixed(y, 1))" width="\(Numbers.fixed(step * 0.8, 1))" \
        height="\(Numbers.fixed(height, 1))"/>
        <text x="\(middle)" y="\(Numbers.fixed(y - 4, 1))" text-anchor="middle">\(value)</text>
        <text class="tick" x="\(middle)" y="209" text-anchor="middle">\
        \(Self.short(bar.uses.lowerBound))</text>

        """
    }
    let words = bars.map {
      "used \($0.uses.lowerBound) to \($0.uses.upperBound) times: "
        + Numbers.count($0.codewordCount, "codeword")
    }
    return """
      <figure class="chart"><svg viewBox="0 0 400 232" role="img" aria-labelledby="\(id)" \
      aria-describedby="\(id)-text">
      <title id="\(id)">Codewords by number of uses</title>
      <desc id="\(id)-text">\(words.joined(separator: "; "))</desc>
      <line class="axis" x1="6" x2="394" y1="194" y2="194"/>
      \(columns)<text class="tick" x="200" y="227" text-anchor="middle">\
      uses of a codeword, from this many up to the next bar</text>
      </svg><figcaption>Codewords by number of uses</figcaption></figure>
      """
  }

  /// From 1024 on in powers of 1024: 2k, 16M.
  private static func short(_ uses: Int) -> String {
    uses >= 1 << 20 ? "\(uses >> 20)M" : uses >= 1 << 10 ? "\(uses >> 10)k" : "\(uses)"
  }
}

extension Int {
  /// Binary digits of a count: 0 for 0, 1 for 1, 2 for 2 and 3.
  fileprivate var bitLength: Int { bitWidth - leadingZeroBitCount }
}
