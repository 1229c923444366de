import ByteCoding
import Tokens

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The whole HTML page.
struct ReportPage {
  let markup: Markup

  init(_ report: ReconstructionReport) {
    let sections = report.sections.enumerated().map {
      SectionMarkup($0.element, number: $0.offset + 1).markup
    }
    let contents: [Markup] = report.sections.enumerated().map { index, section in
      "<li><a href=\"#codec-\(index + 1)\">\(section.codec.name)</a></li>"
    }
    let navigation: Markup =
      contents.count < 2
      ? ""
      : """
      <nav aria-label="Codecs"><ul><li><a href="#comparison">Comparison</a></li>\
      \(contents)</ul></nav>
      """
    markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(Markup(trusted: Self.securityPolicy))">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(report.title) – Tessera reconstruction report</title>
      <style>\(Markup(trusted: PageStyle.text))</style>
      </head>
      <body>
      <header class="masthead">
      <p class="brand">Tessera reconstruction report</p>
      <h1><bdi>\(report.title)</bdi></h1>
      \(navigation)
      </header>
      <main>
      \(RateChart(report.sections).markup)
      \(sections)
      </main>
      <footer>
      <p>PSNR: 10·log10(255² / MSE) over all pixels and channels; its mean is taken over pictures,
      identical ones left out. SSIM: Wang et al. 2004, 11×11 Gaussian window, σ = 1.5, mean of the
      three channels. Error maps: root mean square of a pixel's three channel errors.
      Originals are the pictures as the codec saw them, after the recipe. All pictures are embedded
      without loss. The same numbers, complete, stand in the JSON and CSV files written with this
      page.</p>
      </footer>
      <script>\(Markup(trusted: PageScript.text))</script>
      </body>
      </html>

      """
  }

  /// Nothing is loaded, and only the page's own style and script count, by their digests: markup
  /// that slipped in through a key could not run even if escaping failed.
  private static let securityPolicy: String = {
    func source(_ text: String) -> String {
      var hash = SHA256()
      hash.update([UInt8](text.utf8).span.bytes)
      return "'sha256-\(Data(hash.finish()).base64EncodedString())'"
    }
    return "default-src 'none'; img-src data:; style-src \(source(PageStyle.text)); "
      + "script-src \(source(PageScript.text)); base-uri 'none'; form-action 'none'"
  }()
}
