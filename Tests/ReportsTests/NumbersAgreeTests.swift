import Foundation
import ImageMetrics
import Reports
import Testing

/// Page, JSON and CSV tell the same numbers, and hostile keys survive JSON and CSV unchanged.
@Suite struct NumbersAgreeTests {
  static let keys = ["plain", "a,b", "say \"x\"", "two\nlines", "\"\u{301}mark", "=1+1", "ключ"]

  private func report() throws -> ReconstructionReport {
    var section = Samples.section()
    for (index, key) in Self.keys.enumerated() {
      // The last is identical: its PSNR is infinite.
      let error = index == Self.keys.count - 1 ? 0 : 5 * index + 3
      try section.append(Samples.picture(key: key, error: error, seed: UInt64(index)))
    }
    section.append(
      ReportReject(key: "x.jpg", stage: "decode", code: "truncated", message: "cut, at \"9\""))
    return ReconstructionReport(title: "Numbers", sections: [section])
  }

  @Test func jsonHoldsEveryNumber() throws {
    struct Document: Decodable {
      struct Codec: Decodable {
        struct Picture: Decodable {
          let key: String
          let mse: Double
          let psnr: Double?
          let ssim: Double?
          let width: Int
          let height: Int
          let tokenRows: Int
          let tokenColumns: Int
          let bitsPerPixel: Double
        }
        struct Summary: Decodable {
          struct Score: Decodable { let mean: Double }
          let pictures: Int
          let identicalPictures: Int
          let rejects: Int
          let psnr: Score
          let ssim: Score
          let entropy: Double
        }
        struct Reject: Decodable {
          let key: String
          let message: String
        }
        let pictures: [Picture]
        let summary: Summary
        let rejects: [Reject]
      }
      let format: String
      let version: Int
      let codecs: [Codec]
    }
    let report = try report()
    let section = report.sections[0]
    let document = try JSONDecoder().decode(Document.self, from: Data(report.json.utf8))
    #expect(document.format == "tessera-reconstruction-report")
    #expect(document.version == 1)
    let codec = try #require(document.codecs.first)
    #expect(codec.pictures.map(\.key) == Self.keys)
    for (picture, record) in zip(codec.pictures, section.records) {
      #expect(picture.mse == record.scores.meanSquaredError)
      #expect(picture.psnr ?? .infinity == record.scores.psnr)
      #expect(picture.ssim == record.scores.ssim)
      #expect(picture.width == 24 && picture.height == 16)
      #expect(picture.tokenRows == 2 && picture.tokenColumns == 3)
      #expect(picture.bitsPerPixel == 6.0 / 64)
    }
    #expect(codec.summary.pictures == 7)
    #expect(codec.summary.identicalPictures == 1)
    #expect(codec.summary.rejects == 1)
    #expect(codec.summary.psnr.mean == section.summary.psnr?.mean)
    #expect(codec.summary.ssim.mean == section.summary.ssim?.mean)
    #expect(codec.summary.entropy == section.summary.entropy)
    #expect(codec.rejects.map(\.message) == ["cut, at \"9\""])
  }

  @Test func csvHoldsEveryNumber() throws {
    let report = try report()
    let rows = try CSVRows(report.csv).rows
    #expect(rows.count == 1 + Self.keys.count + 1)
    #expect(rows.allSatisfy { $0.count == 12 })
    #expect(rows[0].joined(separator: " ").hasPrefix("codec key status width height token_rows"))
    for (row, record) in zip(rows.dropFirst(), report.sections[0].records) {
      #expect(row[0] == "sample")
      #expect(row[1].utf8.elementsEqual(record.key.utf8))
      #expect(row[2] == "ok")
      #expect(Array(row[3...6]) == ["24", "16", "2", "3"])
      #expect(Double(row[7]) == record.scores.meanSquaredError)
      #expect(Double(row[8]) == record.scores.psnr)
      #expect(Double(row[9]) == record.scores.ssim)
      #expect(Double(row[10]) == 6.0 / 64)
    }
    #expect(Array(rows[8][1...2]) == ["x.jpg", "rejected"])
    #expect(rows[8][11] == "decode: truncated: cut, at \"9\"")
  }

  @Test func pageRoundsTheSameNumbers() throws {
    let report = try report()
    for record in report.sections[0].records {
      let scores = try #require(record.scores.ssim)
      #expect(report.html.contains(">\(Numbers.fixed(record.scores.psnr, 2))</td>"))
      #expect(report.html.contains(">\(Numbers.fixed(scores, 4))</td>"))
    }
    #expect(report.html.contains(">∞</td>"))
  }
}

/// A plain RFC 4180 reader.
private struct CSVRows {
  private(set) var rows: [[String]] = []

  struct Malformed: Error {}

  init(_ text: String) throws {
    var row: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var scalars = Array(text.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch (scalar, isQuoted) {
      case ("\"", true) where scalars.first == "\"":
        field.append("\"")
        scalars.removeFirst()
      case ("\"", _): isQuoted.toggle()
      case (",", false):
        row.append(String(field))
        field = .init()
      case ("\r", false):
        guard scalars.popFirst() == "\n" else { throw Malformed() }
        rows.append(row + [String(field)])
        row = []
        field = .init()
      default: field.append(scalar)
      }
    }
    guard row.isEmpty, field.isEmpty, !isQuoted else { throw Malformed() }
  }
}
