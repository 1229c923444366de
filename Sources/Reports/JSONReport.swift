import ImageMetrics
import Tokens

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A report's numbers as JSON; the layout is that of the structures below.
struct JSONReport {
  let text: String

  init(_ report: ReconstructionReport) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      text = String(decoding: try encoder.encode(Document(report)), as: UTF8.self) + "\n"
    } catch {
      fatalError("a report holds only finite numbers and strings, yet: \(error)")
    }
  }

  private struct Document: Encodable {
    let format = "tessera-reconstruction-report"
    let version = 1
    let title: String
    let codecs: [Section]

    init(_ report: ReconstructionReport) {
      title = report.title
      codecs = report.sections.map(Section.init)
    }
  }

  private struct Section: Encodable {
    let codec: Codec
    let recipe: String
    let policy: String
    let summary: Summary
    let pictures: [Picture]
    let rejects: [Reject]

    init(_ section: CodecSection) {
      codec = Codec(section)
      recipe = section.recipe
      policy = section.policy
      summary = Summary(section.summary)
      pictures = section.records.map { Picture($0, in: section) }
      rejects = section.rejects.map {
        Reject(key: $0.key, stage: $0.stage, code: $0.code, message: $0.message)
      }
    }
  }

  private struct Codec: Encodable {
    let name: String
    let weightsDigest: String
    let codebookSize: Int
    let codebookDigest: String
    let patchSize: Int

    init(_ section: CodecSection) {
      name = section.codec.name
      weightsDigest = section.codec.weightsDigest
      codebookSize = section.codec.codebookSize
      codebookDigest = section.codec.codebookDigest
      patchSize = section.codec.patchSize
    }
  }

  private struct Summary: Encodable {
    let pictures: Int
    let identicalPictures: Int
    let rejects: Int
    let psnr: Score?
    let ssim: Score?
    let tokens: Int
    let pixels: Int
    let bitsPerToken: Int
    let bitsPerPixel: Double
    let entropyBitsPerPixel: Double
    let usedCodes: Int
    let deadCodes: Int
    let entropy: Double
    let perplexity: Double

    init(_ summary: SectionSummary) {
      pictures = summary.pictureCount
      identicalPictures = summary.identicalCount
      rejects = summary.rejectCount
      psnr = summary.psnr.map(Score.init)
      ssim = summary.ssim.map(Score.init)
      tokens = summary.tokenCount
      pixels = summary.pixelCount
      bitsPerToken = summary.bitsPerToken
      bitsPerPixel = summary.bitsPerPixel
      entropyBitsPerPixel = summary.entropyBitsPerPixel
      usedCodes = summary.usedCodeCount
      deadCodes = summary.deadCodeCount
      entropy = summary.entropy
      perplexity = summary.perplexity
    }
  }

  private struct Score: Encodable {
    let mean: Double
    let minimum: Double
    let median: Double
    let maximum: Double

    init(_ score: ScoreSummary) {
      mean = score.mean
      minimum = score.minimum
      median = score.median
      maximum = score.maximum
    }
  }

  private struct Picture: Encodable {
    let key: String
    let width: Int
    let height: Int
    let tokenRows: Int
    let tokenColumns: Int
    let mse: Double
    /// Absent for identical pictures: JSON has no infinity.
    let psnr: Double?
    /// Absent for pictures under 11 × 11 pixels.
    let ssim: Double?
    let bitsPerPixel: Double

    init(_ record: PictureRecord, in section: CodecSection) {
      key = record.key
      width = record.width
      height = record.height
      tokenRows = record.tokenRows
      tokenColumns = record.tokenColumns
      mse = record.scores.meanSquaredError
      psnr = record.scores.isIdentical ? nil : record.scores.psnr
      ssim = record.scores.ssim
      bitsPerPixel = section.codec.bitsPerPixel(record)
    }
  }

  private struct Reject: Encodable {
    let key: String
    let stage: String
    let code: String
    let message: String
  }
}
