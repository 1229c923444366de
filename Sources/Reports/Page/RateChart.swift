import ImageMetrics
import Tokens

/// Codecs beside each other: a table, and the mean PSNR over the bits that each pixel takes.
struct RateChart {
  private struct Point {
    let number: Int
    let name: String
    let rate: Double
    let entropyRate: Double
    let psnr: Double
  }

  private let sections: [CodecSection]
  private let points: [Point]

  init(_ sections: [CodecSection]) {
    self.sections = sections
    points = sections.enumerated().compactMap { index, section in
      let summary = section.summary
      guard let psnr = summary.psnr else { return nil }
      return Point(
        number: index + 1, name: section.codec.name, rate: summary.bitsPerPixel,
        entropyRate: summary.entropyBitsPerPixel, psnr: psnr.mean)
    }
  }

  /// Nothing for a single codec.
  var markup: Markup {
    guard sections.count > 1 else { return "" }
    return """
      <section id="comparison">
      <h2>Comparison</h2>
      \(table)
      \(points.isEmpty ? "" : chart)
      </section>
      """
  }

  private var table: Markup {
    let rows: [Markup] = sections.enumerated().map { index, section in
      let summary = section.summary
      return """
        <tr><th scope="row"><a href="#codec-\(index + 1)"><bdi>\(section.codec.name)</bdi></a></th>\
        <td>\(Numbers.grouped(summary.pictureCount))</td>\
        <td>\(Numbers.grouped(summary.rejectCount))</td>\
        <td>\(summary.psnr.map { Numbers.decibels($0.mean) } ?? "–")</td>\
        <td>\(Numbers.similarity(summary.ssim?.mean))</td>\
        <td>\(Numbers.rate(summary.bitsPerPixel))</td>\
        <td>\(Numbers.rate(summary.entropyBitsPerPixel))</td>\
        <td>\(Numbers.grouped(summary.usedCodeCount)) of \
        \(Numbers.grouped(section.codec.codebookSize))</td></tr>

        """
    }
    return """
      <div class="scroll"><table><thead><tr><th scope="col">Codec</th><th scope="col">Pictures</th>\
      <th scope="col">Rejected</th><th scope="col">PSNR, dB</th><th scope="col">SSIM</th>\
      <th scope="col">Bits per pixel</th><th scope="col">Entropy, bits per pixel</th>\
      <th scope="col">Codewords used</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div>
      """
  }

  // MARK: The plot

  private var chart: Markup {
    let plot = (left: 52.0, top: 20.0, width: 520.0, height: 246.0)
    let rates = Axis(points.flatMap { [$0.rate, $0.entropyRate] })
    let scores = Axis(points.map(\.psnr))
    func x(_ rate: Double) -> String { Numbers.fixed(plot.left + plot.width * rates[rate], 1) }
    func y(_ psnr: Double) -> String {
      Numbers.fixed(plot.top + plot.height * (1 - scores[psnr]), 1)
    }
    let bottom = Numbers.fixed(plot.top + plot.height, 1)
    let rateTicks: [Markup] = rates.ticks.map {
      """
      <line class="grid" x1="\(x($0))" x2="\(x($0))" y1="20" y2="\(bottom)"/>
      <text class="tick" x="\(x($0))" y="282" text-anchor="middle">\(rates.label($0))</text>

      """
    }
    let scoreTicks: [Markup] = scores.ticks.map {
      """
      <line class="grid" x1="52" x2="572" y1="\(y($0))" y2="\(y($0))"/>
      <text class="tick" x="46" y="\(y($0))" dy="0.35em" text-anchor="end">\
      \(scores.label($0))</text>

      """
    }
    let marks: [Markup] = points.map { point in
      """
      <line class="axis" x1="\(x(point.entropyRate))" x2="\(x(point.rate))" \
      y1="\(y(point.psnr))" y2="\(y(point.psnr))"/>
      <circle class="ring" cx="\(x(point.entropyRate))" cy="\(y(point.psnr))" r="4"/>
      <circle class="dot" cx="\(x(point.rate))" cy="\(y(point.psnr))" r="5"/>

      """
    }
    // Names stand right of their points, pushed down where they would cover each other.
    var free = 0.0
    let names: [Markup] = points.sorted { $0.psnr > $1.psnr }.map { point in
      let height = max(plot.top + plot.height * (1 - scores[point.psnr]), free)
      free = height + 13
      return """
        <text x="\(x(point.rate))" dx="9" y="\(Numbers.fixed(height, 1))" dy="0.35em">\
        \(point.name)</text>

        """
    }
    let words = points.map {
      "\($0.name): \(Numbers.decibels($0.psnr)) dB at \(Numbers.rate($0.rate)) bits per pixel"
    }
    return """
      <figure class="chart"><svg viewBox="0 0 700 312" role="img" aria-labelledby="rates" \
      aria-describedby="rates-text">
      <title id="rates">Mean PSNR over bits per pixel</title>
      <desc id="rates-text">\(words.joined(separator: "; "))</desc>
      \(rateTicks)\(scoreTicks)\(marks)\(names)\
      <text class="tick" x="312" y="304" text-anchor="middle">bits per pixel</text>
      <text class="tick" x="46" y="10" text-anchor="end">dB</text>
      </svg><figcaption>Rate and distortion: mean PSNR over bits per pixel. Filled: tokens of one
      width, as they are stored. Ring: what an ideal coder of single tokens would
      need.</figcaption></figure>
      """
  }

  /// A linear axis around values, with round ticks.
  private struct Axis {
    let ticks: [Double]
    private let step: Double
    private let lower: Double
    private let upper: Double

    init(_ values: [Double]) {
      let least = values.min() ?? 0
      let most = values.max() ?? 1
      let span = max(most - least, most.magnitude * 0.1, 1e-3)
      var step = 1e-4
      // 1, 2, 5, 10, …: at most seven ticks.
      var factors = [2.0, 2.5, 2.0][...]
      while span / step > 5 {
        step *= factors.removeFirst()
        if factors.isEmpty { factors = [2.0, 2.5, 2.0][...] }
      }
      let first = (least / step).rounded(.down)
      let last = max((most / step).rounded(.up), first + 1)
      ticks = stride(from: first, through: last, by: 1).map { $0 * step }
      lower = first * step
      upper = last * step
      self.step = step
    }

    /// Where a value lies, 0…1.
    subscript(_ value: Double) -> Double { (value - lower) / (upper - lower) }

    func label(_ value: Double) -> String {
      var digits = 0
      var unit = 1.0
      while unit > step * 1.01, digits < 4 {
        unit /= 10
        digits += 1
      }
      return Numbers.fixed(value, digits)
    }
  }
}
