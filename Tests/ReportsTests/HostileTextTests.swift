import ImageMetrics
import Reports
import Testing

/// Keys, captions and messages come from strangers' files.
@Suite struct HostileTextTests {
  static let texts = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
    "</title></style></script><b>", "&lt;b&gt;", "a\u{0}b\u{1B}[31m", "<\u{301}b>", "]]>--><!--",
    "\u{202E}gnp.exe", "line\nbreak\r\n\ttab",
  ]

  private func report(_ text: String) throws -> ReconstructionReport {
    var section = Samples.section()
    try section.append(Samples.picture(key: text, caption: text))
    section.append(ReportReject(key: text, stage: text, code: text, message: text))
    return ReconstructionReport(title: text, sections: [section])
  }

  /// The tags of the page are those of the same page with harmless text.
  /// (By index, so that the texts do not reach the terminal of whoever runs the test.)
  @Test(arguments: texts.indices)
  func addsNoMarkup(index: Int) throws {
    let text = Self.texts[index]
    let hostile = try report(text).html
    let harmless = try report("harmless").html
    #expect(hostile.tagNames == harmless.tagNames)
    #expect(!hostile.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  /// Quotes are escaped too: the alternative text is one attribute, whatever the key.
  @Test func staysInsideItsAttribute() throws {
    let html = try report("\" onload=\"x").html
    #expect(html.contains("alt=\"Original of &quot; onload=&quot;x\""))
  }

  /// A caption of a megabyte is cut, one of the greatest length is not.
  @Test func clipsLongCaptions() throws {
    var section = Samples.section()
    let whole = String(repeating: "w", count: 500)
    try section.append(Samples.picture(key: "whole", caption: whole))
    try section.append(
      Samples.picture(key: "long", caption: String(repeating: "y", count: 1 << 20), seed: 2))
    let html = ReconstructionReport(title: "Captions", sections: [section]).html
    #expect(html.contains("<bdi>\(whole)</bdi>"))
    #expect(html.contains("<bdi>\(String(repeating: "y", count: 500)) …</bdi>"))
  }

  @Test func escapesEachCharacterOnce() throws {
    let html = try report("<a> & 'b' \"c\"").html
    #expect(html.contains("<bdi>&lt;a&gt; &amp; &#39;b&#39; &quot;c&quot;</bdi>"))
  }
}
