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
    caption = picture.caption
    do {
      original = try EmbeddedPicture(picture.original)
      reconstruction = try EmbeddedPicture(picture.reconstruction)
      self.heatMap = try EmbeddedPicture(
        heatMap.picture(of: picture.reconstruction, against: picture.original))
    } catch {
      throw ReportError(reason: .notEmbedded("\(error)"), key: picture.key)
    }
  }
}

/// A picture as a `data:` address: lossless, so that the page shows the very pixels measured.
///
/// Lossless WebP stores a heat map's 256 colours as a palette and photographs tighter than PNG;
/// pictures beyond WebP's 16,383 pixels a side become PNG.
struct EmbeddedPicture: Sendable {
  let width: Int
  let height: Int
  let address: String

  init(_ picture: RasterImage) throws(ImageFileError) {
    width = picture.width
    height = picture.height
    let encoding: ImageEncoding = max(width, height) <= 16_383 ? .webp : .png()
    let type = encoding == .webp ? "image/webp" : "image/png"
    let bytes = try ImageFile.encode(picture, as: encoding)
    address = "data:\(type);base64,\(Data(bytes).base64EncodedString())"
  }
}
