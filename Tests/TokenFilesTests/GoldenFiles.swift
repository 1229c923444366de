import Foundation
import TestSupport
import TokenFiles
import Tokens

/// What `Fixtures/token-file/accept/rows.json` says about a golden file.
struct GoldenFile: Decodable {
  struct Row: Decodable {
    let key: String
    let image: [[TokenID]]
    let captions: [String]
    let source_size: [Int]
    let caption_ids: [TokenID]?
    let language: String?
    let crop: [Int64]?
    let coarse: [[TokenID]]?

    var row: TokenFileRow {
      var values: [String: TokenFileValue] = [:]
      values["caption_ids"] = caption_ids.map { .tokens($0) }
      values["language"] = language.map { .text($0) }
      values["crop"] = crop.map { .integers($0) }
      values["coarse"] = coarse.map { .grid(Self.grid($0)) }
      return TokenFileRow(
        key: key, grid: Self.grid(image), captions: captions, sourceHeight: source_size[0],
        sourceWidth: source_size[1], values: values)
    }

    private static func grid(_ rows: [[TokenID]]) -> TokenGrid {
      TokenGrid(height: rows.count, width: rows[0].count, tokens: rows.flatMap(\.self))
    }
  }

  struct Reject: Decodable {
    let input: [Int]
    let key: String
    let stage: String
    let code: String
    let message: String

    var reject: TokenFileReject {
      TokenFileReject(key: key, stage: stage, code: code, message: message, input: input[0])
    }
  }

  /// Rows by position: all of them, or a sample of a longer file.
  let rows: [Int: TokenFileRow]
  let rowCount: Int
  let rejects: [TokenFileReject]

  private enum Keys: CodingKey { case rows, rejects }
  private struct Sample: Decodable {
    let count: Int
    let sample: [String: Row]
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    rejects = try container.decode([Reject].self, forKey: .rejects).map(\.reject)
    if let all = try? container.decode([Row].self, forKey: .rows) {
      rowCount = all.count
      rows = Dictionary(uniqueKeysWithValues: all.map(\.row).enumerated().map { ($0, $1) })
    } else {
      let some = try container.decode(Sample.self, forKey: .rows)
      rowCount = some.count
      rows = Dictionary(uniqueKeysWithValues: some.sample.map { (Int($0)!, $1.row) })
    }
  }

  static func all() throws -> [String: GoldenFile] {
    try JSONDecoder().decode(
      [String: GoldenFile].self,
      from: Data(contentsOf: Fixtures.url("token-file/accept/rows.json")))
  }
}

/// Why a fixture in `refuse` must be refused.
struct GoldenRefusal: Decodable {
  let reason: String
  let offset: Int?

  static func all() throws -> [String: GoldenRefusal] {
    try JSONDecoder().decode(
      [String: GoldenRefusal].self,
      from: Data(contentsOf: Fixtures.url("token-file/refuse/reasons.json")))
  }
}
