public import ImageMetrics
import RasterImages
import Tokens

/// What a report remembers of every picture: its numbers, not its pixels.
public struct PictureRecord: Hashable, Sendable {
  /// The sample's key.
  public let key: String
  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// Rows of the token grid.
  public let tokenRows: Int
  /// Columns of the token grid.
  public let tokenColumns: Int
  /// Mean squared error, PSNR and SSIM.
  public let scores: PictureScores

  /// Tokens of this picture.
  public var tokenCount: Int { tokenRows * tokenColumns }
  /// Pixels of this picture.
  public var pixelCount: Int { width * height }
}

extension PictureRecord {
  init(_ picture: ReconstructedPicture) {
    key = picture.key
    width = picture.original.width
    height = picture.original.height
    tokenRows = picture.tokens.height
    tokenColumns = picture.tokens.width
    scores = picture.scores
  }
}
