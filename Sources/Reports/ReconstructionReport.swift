/// What codecs lost on a set of pictures, as one self-contained HTML page, as JSON and as CSV.
///
/// ```swift
/// var section = CodecSection(codec: codec.identity, recipe: "square-256", policy: "balanced")
/// for sample in samples {
///   let tokens = try codec.encode(sample.picture)
///   try section.append(
///     ReconstructedPicture(
///       key: sample.key, original: sample.picture, reconstruction: codec.decode(tokens),
///       tokens: tokens))
/// }
/// let report = ReconstructionReport(title: "Holiday photographs", sections: [section])
/// write(report.html, to: "report.html")
/// ```
///
/// All three are functions of the appended pictures alone: no clock, no machine, no path.
public struct ReconstructionReport: Sendable {
  /// The page's heading, for instance what was reconstructed. Any text; it is escaped.
  public var title: String
  /// One section per codec, in the order shown.
  public var sections: [CodecSection]

  /// Makes a report from finished sections.
  public init(title: String, sections: [CodecSection]) {
    self.title = title
    self.sections = sections
  }

  /// The page: HTML 5 in UTF-8 with style, script and pictures inside. It loads nothing, and its
  /// content security policy forbids it to.
  public var html: String { ReportPage(self).markup.text }

  /// Every number of the page and of the pictures it does not show. Laid out in
  /// `Sources/Reports/README.md`.
  public var json: String { JSONReport(self).text }

  /// One line per picture and per reject, RFC 4180 with a header line. Laid out in
  /// `Sources/Reports/README.md`.
  public var csv: String { CSVReport(self).text }
}
