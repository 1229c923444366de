import ImageMetrics
import Tokens

/// A report's numbers as CSV: one line per picture, then one per reject, codec by codec.
struct CSVReport {
  static let columns = [
    "codec", "key", "status", "width", "height", "token_rows", "token_columns", "mse", "psnr_db",
    "ssim", "bits_per_pixel", "reason",
  ]

  let text: String

  init(_ report: ReconstructionReport) {
    var text = Self.line(Self.columns)
    for section in report.sections {
      for record in section.records {
        text += Self.line([
          section.codec.name, record.key, "ok", "\(record.width)", "\(record.height)",
          "\(record.tokenRows)", "\(record.tokenColumns)", "\(record.scores.meanSquaredError)",
          "\(record.scores.psnr)", record.scores.ssim.map { "\($0)" } ?? "",
          "\(section.codec.bitsPerPixel(record))", "",
        ])
      }
      for reject in section.rejects {
        let reason = "\(reject.stage): \(reject.code): \(reject.message)"
        let empty = [String](repeating: "", count: 8)
        text += Self.line([section.codec.name, reject.key, "rejected"] + empty + [reason])
      }
    }
    self.text = text
  }

  private static func line(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",") + "\r\n"
  }

  /// RFC 4180: quoted only where needed, quotes doubled.
  private static func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return field }
    // Scalar by scalar: a combining mark after a quote must not hide it.
    var result = "\""
    for scalar in field.unicodeScalars {
      if scalar == "\"" { result += "\"" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
