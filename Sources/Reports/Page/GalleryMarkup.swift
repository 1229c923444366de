import ImageMetrics

/// The pictures of one codec: original, reconstruction and error map side by side.
struct GalleryMarkup {
  private let section: CodecSection
  private let number: Int

  init(_ section: CodecSection, number: Int) {
    self.section = section
    self.number = number
  }

  var markup: Markup {
    let pictures = section.shown.elements
    guard !pictures.isEmpty else { return "" }
    return """
      <h3 id="pictures-\(number)">Pictures</h3>
      <p class="note">\(selection)</p>
      \(legend)
      \(body)
      """
  }

  private var isComplete: Bool { section.shown.elements.count == section.records.count }

  private var selection: String {
    let total = Numbers.count(section.records.count, "picture")
    if isComplete { return "Showing \(total), worst PSNR first." }
    let low = section.shown.lowCount
    let high = section.shown.elements.count - low
    return "Showing the \(low) worst and the \(high) best of \(total) by PSNR; "
      + "the table below has the numbers of the others."
  }

  private var body: Markup {
    let articles = section.shown.elements.map(article)
    guard !isComplete, articles.count > section.shown.lowCount else {
      return "<div class=\"gallery\">\(articles)</div>"
    }
    let low = section.shown.lowCount
    return """
      <h4 class="part">Worst</h4>
      <div class="gallery">\(Array(articles[..<low]))</div>
      <h4 class="part">Best</h4>
      <div class="gallery">\(Array(articles[low...].reversed()))</div>
      """
  }

  private func article(_ shown: ShownPicture) -> Markup {
    let record = section.records[shown.record]
    let id = "picture-\(number)-\(shown.record + 1)"
    let caption: Markup =
      shown.caption.map { "<p class=\"caption\"><bdi>\($0)</bdi></p>" } ?? ""
    return """
      <article class="picture" id="\(id)" aria-labelledby="\(id)-key">
      <div class="heading"><h4 id="\(id)-key"><bdi>\(record.key)</bdi></h4>
      <p class="scores"><span>PSNR <b>\(Numbers.decibels(record.scores.psnr))</b> dB</span> \
      <span>SSIM <b>\(Numbers.similarity(record.scores.ssim))</b></span> \
      <span>\(record.width)×\(record.height) pixels, \(record.tokenRows)×\(record.tokenColumns) \
      tokens</span></p>\(caption)</div>
      <div class="panels">
      \(panel(shown.original, "Original", "original", of: record))
      \(panel(shown.reconstruction, "Reconstruction", "reconstruction", of: record))
      \(panel(shown.heatMap, "Error", "error", of: record))
      </div>
      </article>

      """
  }

  private func panel(
    _ picture: EmbeddedPicture, _ title: String, _ name: String, of record: PictureRecord
  ) -> Markup {
    // Small pictures are enlarged, tall ones kept on the screen; the style only ever shrinks them.
    let scale = min(320 / Double(picture.width), 480 / Double(picture.height))
    let width = max(1, Int((Double(picture.width) * scale).rounded()))
    let height = max(1, Int((Double(picture.height) * scale).rounded()))
    return """
      <figure class="\(name)"><img src="\(Markup(trusted: picture.address))" \
      width="\(width)" height="\(height)" alt="\(title) of \(record.key)">\
      <figcaption>\(title)</figcaption></figure>
      """
  }

  // MARK: Legend

  /// The colours of the error maps with their scale in levels.
  private var legend: Markup {
    let map = section.options.heatMap
    let width = 320.0
    let stops: [Markup] = (0...16).map { step in
      let color = map.color(ofError: Double(step * map.saturation) / 16)
      let offset = Numbers.fixed(Double(step) * 6.25, 2)
      return """
        <stop offset="\(offset)%" \
        stop-color="rgb(\(Int(color.red)),\(Int(color.green)),\(Int(color.blue)))"/>
        """
    }
    let ticks: [Markup] = (0...4).map { step in
      let level = Double(step * map.saturation) / 4
      let label = Numbers.fixed(level, level == level.rounded() ? 0 : 1)
      let suffix = step == 4 && map.saturation < 255 ? "+" : ""
      let anchor = step == 0 ? "start" : step == 4 ? "end" : "middle"
      return """
        <text x="\(Numbers.fixed(width * Double(step) / 4, 0))" y="27" \
        text-anchor="\(anchor)">\(label)\(suffix)</text>
        """
    }
    return """
      <div class="legend"><span id="legend-\(number)">Error per pixel, in levels of 255</span>
      <svg viewBox="0 0 320 30" width="320" height="30" role="img" \
      aria-labelledby="legend-\(number)">
      <defs><linearGradient id="scale-\(number)">\(stops)</linearGradient></defs>
      <rect width="320" height="13" rx="2" fill="url(#scale-\(number))"/>
      \(ticks)
      </svg></div>
      """
  }
}
