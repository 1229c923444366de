import ImageMetrics
import Tokens

/// One codec's section of the page.
struct SectionMarkup {
  private let section: CodecSection
  private let summary: SectionSummary
  private let number: Int

  init(_ section: CodecSection, number: Int) {
    self.section = section
    summary = section.summary
    self.number = number
  }

  var markup: Markup {
    let empty: Markup = "<p class=\"note\">No picture was reconstructed.</p>"
    let results: Markup =
      summary.pictureCount == 0
      ? empty
      : "\(GalleryMarkup(section, number: number).markup)\(codebook)\(numbers)"
    return """
      <section class="codec" id="codec-\(number)">
      <h2>Codec <bdi>\(section.codec.name)</bdi></h2>
      \(tiles)
      \(identity)
      \(contents)
      \(results)
      \(rejects)
      </section>
      """
  }

  // MARK: Summary

  private var tiles: Markup {
    let identical: Markup =
      summary.identicalCount == 0 ? "" : "<small>\(summary.identicalCount) identical</small>"
    var tiles = [
      tile("Pictures", Numbers.grouped(summary.pictureCount), identical),
      tile("Rejected", Numbers.grouped(summary.rejectCount), ""),
    ]
    if let psnr = summary.psnr {
      let range =
        "\(Numbers.decibels(psnr.minimum)) – \(Numbers.decibels(psnr.maximum)), "
        + "median \(Numbers.decibels(psnr.median))"
      tiles.append(
        tile("Mean PSNR", "\(Numbers.decibels(psnr.mean)) dB", "<small>\(range)</small>"))
    }
    if let ssim = summary.ssim {
      let range =
        "\(Numbers.similarity(ssim.minimum)) – \(Numbers.similarity(ssim.maximum)), "
        + "median \(Numbers.similarity(ssim.median))"
      tiles.append(tile("Mean SSIM", Numbers.similarity(ssim.mean), "<small>\(range)</small>"))
    }
    if summary.pictureCount > 0 {
      let share = 100 * Double(summary.usedCodeCount) / Double(section.codec.codebookSize)
      tiles += [
        tile(
          "Bits per pixel", Numbers.rate(summary.bitsPerPixel),
          "<small>\(summary.bitsPerToken) bits per token</small>"),
        tile(
          "Codewords used", Numbers.grouped(summary.usedCodeCount),
          "<small>\(Numbers.fixed(share, 1)) %, \(Numbers.grouped(summary.deadCodeCount)) never</small>"
        ),
        tile(
          "Entropy", "\(Numbers.fixed(summary.entropy, 2)) bits",
          """
          <small>perplexity \(Numbers.fixed(summary.perplexity, 0)); \
          \(Numbers.rate(summary.entropyBitsPerPixel)) per pixel</small>
          """),
      ]
    }
    return "<dl class=\"tiles\">\(tiles)</dl>"
  }

  private func tile(_ name: String, _ value: String, _ detail: Markup) -> Markup {
    "<div><dt>\(name)</dt><dd>\(value)\(detail)</dd></div>\n"
  }

  private var identity: Markup {
    let codec = section.codec
    return """
      <dl class="facts">
      <div><dt>Recipe</dt><dd>\(section.recipe)</dd></div>
      <div><dt>Policy</dt><dd>\(section.policy)</dd></div>
      <div><dt>Patch</dt><dd>\(codec.patchSize)×\(codec.patchSize) pixels per token</dd></div>
      <div><dt>Codebook</dt><dd>\(Numbers.grouped(codec.codebookSize)) codewords, \
      SHA-256 <code>\(codec.codebookDigest)</code></dd></div>
      <div><dt>Weights</dt><dd>SHA-256 <code>\(codec.weightsDigest)</code></dd></div>
      </dl>
      """
  }

  private var contents: Markup {
    var parts: [(name: String, id: String)] = []
    if !section.shown.elements.isEmpty { parts.append(("Pictures", "pictures")) }
    if summary.pictureCount > 0 {
      parts += [("Codebook use", "codebook"), ("All numbers", "numbers")]
    }
    if summary.rejectCount > 0 { parts.append(("Rejected", "rejected")) }
    let links: [Markup] = parts.map {
      "<li><a href=\"#\($0.id)-\(number)\">\($0.name)</a></li>"
    }
    return links.count < 2
      ? "" : "<nav aria-label=\"Parts of codec \(section.codec.name)\"><ul>\(links)</ul></nav>"
  }

  // MARK: Codebook use

  private var codebook: Markup {
    // Under some ten tokens per codeword, chance alone leaves codewords unused.
    let isSmall = summary.tokenCount < 10 * section.codec.codebookSize
    let warning =
      isSmall
      ? " So few tokens leave many codewords unused by chance, and the entropy is underestimated."
      : ""
    return """
      <h3 id="codebook-\(number)">Codebook use</h3>
      <p class="note">\(Numbers.count(summary.tokenCount, "token")) of \
      \(Numbers.count(summary.pictureCount, "picture")).\(warning)</p>
      <div class="charts">
      \(UseCountChart(section.usage, id: "uses-\(number)").markup)
      \(RankChart(section.usage, id: "ranks-\(number)").markup)
      </div>
      """
  }

  // MARK: Tables

  private var numbers: Markup {
    let shown = Set(section.shown.elements.map(\.record))
    let rows: [Markup] = section.records.prefix(section.options.rowLimit).enumerated().map {
      index, record in
      let rate = section.codec.bitsPerPixel(record)
      let key: Markup =
        shown.contains(index)
        ? "<a href=\"#picture-\(number)-\(index + 1)\"><bdi>\(record.key)</bdi></a>"
        : "<bdi>\(record.key)</bdi>"
      return """
        <tr><th scope="row">\(key)</th>\
        \(cell(record.scores.psnr, Numbers.decibels(record.scores.psnr)))\
        \(cell(record.scores.ssim ?? -2, Numbers.similarity(record.scores.ssim)))\
        \(cell(rate, Numbers.rate(rate)))\
        <td data-n="\(record.pixelCount)">\(record.width)×\(record.height)</td>\
        <td data-n="\(record.tokenCount)">\(record.tokenRows)×\(record.tokenColumns)</td>\
        </tr>

        """
    }
    return """
      <h3 id="numbers-\(number)">All numbers</h3>
      \(limitNote(shown: rows.count, of: section.records.count, "picture"))
      <div class="scroll" role="region" aria-label="Numbers of every picture" tabindex="0">
      <table class="sortable">
      <thead><tr><th scope="col">Key</th><th scope="col">PSNR (dB)</th><th scope="col">SSIM</th>\
      <th scope="col">Bits per pixel</th><th scope="col">Pixels</th><th scope="col">Tokens</th></tr>\
      </thead>
      <tbody>
      \(rows)</tbody>
      </table>
      </div>
      """
  }

  private func cell(_ value: Double, _ text: String) -> Markup {
    // JavaScript reads "Infinity", not "inf".
    let sortKey = value == .infinity ? "Infinity" : "\(value)"
    return "<td data-n=\"\(sortKey)\">\(text)</td>"
  }

  private var rejects: Markup {
    guard !section.rejects.isEmpty else { return "" }
    let rows: [Markup] = section.rejects.prefix(section.options.rowLimit).map {
      """
      <tr><th scope="row"><bdi>\($0.key)</bdi></th><td>\($0.stage)</td>\
      <td><code>\($0.code)</code></td><td class="text">\($0.message)</td></tr>

      """
    }
    return """
      <h3 id="rejected-\(number)">Rejected</h3>
      \(limitNote(shown: rows.count, of: section.rejects.count, "reject"))
      <div class="scroll" role="region" aria-label="Rejected inputs" tabindex="0">
      <table class="sortable rejects">
      <thead><tr><th scope="col">Key</th><th scope="col">Stage</th><th scope="col">Code</th>\
      <th scope="col">Reason</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      </table>
      </div>
      """
  }

  private func limitNote(shown: Int, of total: Int, _ noun: String) -> Markup {
    shown == total
      ? ""
      : """
      <p class="note">The first \(Numbers.grouped(shown)) of \(Numbers.count(total, noun)); \
      the JSON and CSV files have all.</p>
      """
  }
}
