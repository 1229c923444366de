public import ImageMetrics

/// What the page of a report shows; the numbers in JSON and CSV are always complete.
public struct ReportOptions: Hashable, Sendable {
  /// Most pictures shown per codec, at least 0. Of more, the page shows the worst half and the best
  /// half by PSNR and says so.
  public var pictureLimit: Int
  /// Most rows of the table of numbers and of the table of rejects, at least 0.
  public var rowLimit: Int
  /// The scale of the error heat maps.
  public var heatMap: ErrorHeatMap

  /// Makes options; by default a page of 256 × 256 photographs has about 10 MB.
  public init(
    pictureLimit: Int = 24, rowLimit: Int = 2000, heatMap: ErrorHeatMap = ErrorHeatMap()
  ) {
    self.pictureLimit = max(0, pictureLimit)
    self.rowLimit = max(0, rowLimit)
    self.heatMap = heatMap
  }
}
