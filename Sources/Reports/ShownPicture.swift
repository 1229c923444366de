import ImageFiles
import ImageMetrics
import RasterImages

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A picture the page shows: three `data:` addresses instead of pixels.
struct ShownPicture: Sendable {
  /// Most scalars of a caption on the page; alt texts scraped from the web can be whole articles.
  static let captionLimit = 500

  /// Its index in the section's records.
  let record: Int
  let caption: String?
  let original: EmbeddedPicture
  let reconstruction: EmbeddedPicture
  let heatMap: EmbeddedPicture

  init(
    _ picture: ReconstructedPicture, record: Int, heatMap: ErrorHeatMap
  ) throws(ReportError) {
    self.record = record
    caption = picture.caption.map(Self.clipped)
    do {
      original = try EmbeddedPicture(picture.original)
      reconstruction = try EmbeddedPicture(picture.reconstruction)
      self.heatMap = try EmbeddedPicture(
        heatMap.picture(of: picture.reconstruction, against: picture.original))
    } catch {
      throw ReportError(reason: .notEmbedded("\(error)"), key: picture.key)
    }
  }

  private static func clipped(_ caption: String) -> String {
    let scalars = caption.unicodeScalars
    guard
      let end = scalars.index(
        scalars.startIndex, offsetBy: captionLimit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return caption }
    return String(scalars[..<end]) + " …"
  }
}

/// A picture as a `data:` address: lossless, so that the page shows the very pixels measured.
///
/// PNG at a low level takes a tenth of the time of lossless WebP, for a page half as large again;
/// pictures are encoded while the report runs, and some are dropped later.
struct EmbeddedPicture: Sendable {
  let width: Int
  let height: Int
  let address: String

  init(_ picture: RasterImage) throws(ImageFileError) {
    width = picture.width
    height = picture.height
    let bytes = try ImageFile.encode(picture, as: .png(level: 3))
    address = "data:image/png;base64,\(Data(bytes).base64EncodedString())"
  }
}
