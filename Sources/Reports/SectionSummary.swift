import ImageMetrics
import Tokens

/// Means and totals of one codec's pictures.
public struct SectionSummary: Hashable, Sendable {
  /// Pictures reconstructed.
  public let pictureCount: Int
  /// Pictures whose reconstruction equals the original byte for byte; their infinite PSNR is left
  /// out of ``psnr``.
  public let identicalCount: Int
  /// Inputs that failed.
  public let rejectCount: Int
  /// PSNR in decibels over the pictures that are not identical; `nil` when there is none.
  public let psnr: ScoreSummary?
  /// SSIM over the pictures of at least 11 × 11 pixels; `nil` when there is none.
  public let ssim: ScoreSummary?
  /// Tokens of all pictures.
  public let tokenCount: Int
  /// Pixels of all pictures.
  public let pixelCount: Int
  /// Bits of one token at a fixed width: ⌈log2(codebookSize)⌉.
  public let bitsPerToken: Int
  /// Fixed-width bits over pixels, all pictures together; 0 without pictures.
  public let bitsPerPixel: Double
  /// ``entropy`` · tokens over pixels: what an ideal coder of single tokens would need.
  public let entropyBitsPerPixel: Double
  /// Codewords used at least once.
  public let usedCodeCount: Int
  /// Codewords never used.
  public let deadCodeCount: Int
  /// Entropy of the codeword frequencies, bits per token.
  public let entropy: Double
  /// `2 ^ entropy`.
  public let perplexity: Double

  init(_ section: CodecSection) {
    let records = section.records
    pictureCount = records.count
    identicalCount = records.count { $0.scores.isIdentical }
    rejectCount = section.rejects.count
    psnr = ScoreSummary(records.lazy.map(\.scores.psnr).filter(\.isFinite))
    ssim = ScoreSummary(records.compactMap(\.scores.ssim))
    tokenCount = records.reduce(0) { $0 + $1.tokenCount }
    pixelCount = records.reduce(0) { $0 + $1.pixelCount }
    bitsPerToken = section.codec.bitsPerToken
    let pixels = Double(max(pixelCount, 1))
    bitsPerPixel = Double(tokenCount * bitsPerToken) / pixels
    usedCodeCount = section.usage.usedCodeCount
    deadCodeCount = section.usage.deadCodeCount
    entropy = section.usage.entropy
    perplexity = section.usage.perplexity
    entropyBitsPerPixel = entropy * Double(tokenCount) / pixels
  }
}

/// Mean and spread of one score over pictures.
public struct ScoreSummary: Hashable, Sendable {
  /// The arithmetic mean.
  public let mean: Double
  /// The lowest score: the worst picture.
  public let minimum: Double
  /// The middle score; of an even number, the mean of the middle two.
  public let median: Double
  /// The highest score: the best picture.
  public let maximum: Double

  /// Describes finite scores; `nil` when there is none.
  init?(_ scores: some Sequence<Double>) {
    let sorted = scores.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    mean = sorted.reduce(0, +) / Double(sorted.count)
    minimum = first
    median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    maximum = last
  }
}
