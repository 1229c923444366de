public import ImageMetrics
public import Tokens

/// One codec's part of a report: grows picture by picture.
///
/// It keeps every picture's numbers, but pixels only of the pictures the page will show, already
/// encoded; memory does not grow with the number of pixels seen. The result depends only on the
/// order of the `append` calls.
public struct CodecSection: Sendable {
  /// The codec.
  public let codec: CodecIdentity
  /// The preprocessing recipe and size, in words.
  public let recipe: String
  /// The arithmetic policy the codec ran with.
  public let policy: String
  /// What the page shows.
  public let options: ReportOptions
  /// The numbers of every picture, in the order of arrival.
  public private(set) var records: [PictureRecord] = []
  /// The inputs that failed, in the order of arrival.
  public private(set) var rejects: [ReportReject] = []
  /// How often each codeword was used, over all pictures.
  public private(set) var usage: CodebookUsage
  /// The pictures the page shows, worst PSNR first.
  private(set) var shown: ExtremeSelection<ShownPicture>

  /// An empty section.
  public init(
    codec: CodecIdentity, recipe: String, policy: String, options: ReportOptions = ReportOptions()
  ) {
    self.codec = codec
    self.recipe = recipe
    self.policy = policy
    self.options = options
    usage = CodebookUsage(codebookSize: codec.codebookSize)
    shown = ExtremeSelection(limit: options.pictureLimit)
  }

  /// Adds one picture.
  ///
  /// - Throws: ``ReportError`` when a token lies outside the codebook or the picture cannot be
  ///   encoded for the page; the section is unchanged then.
  public mutating func append(_ picture: ReconstructedPicture) throws(ReportError) {
    let order = records.count
    var selection = shown
    try selection.insert(score: picture.scores.psnr) { () throws(ReportError) in
      try ShownPicture(picture, record: order, heatMap: options.heatMap)
    }
    do throws(ImageMetricsError) {
      try usage.add(picture.tokens)
    } catch {
      throw ReportError(reason: .notMeasured(error), key: picture.key)
    }
    shown = selection
    records.append(PictureRecord(picture))
  }

  /// Adds an input that failed.
  public mutating func append(_ reject: ReportReject) {
    rejects.append(reject)
  }

  /// The means and totals so far.
  public var summary: SectionSummary { SectionSummary(self) }
}
