import Foundation
import SentencePieces
import TestSupport
import Tokens

/// What the Python package made of the fixture's lines (`Fixtures/sentencepiece/make.py`).
struct Golden: Decodable {
  struct Model: Decodable {
    let ids: [[TokenID]]
    let pieces: [[String]]
    let decoded: [String]
    let soup: [[TokenID]]
    let soupDecoded: [String]
    let nbest: [[[TokenID]]]
    let marks: [TokenID]
  }
  let lines: [String]
  let models: [String: Model]

  static let loaded = Result {
    try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: Fixtures.url("sentencepiece/golden.json")))
  }

  static let names = ["unigram", "bpe", "unigram-bytes"]

  static func tokenizer(_ name: String) throws -> SentencePieceTokenizer {
    try SentencePieceTokenizer(contentsOf: Fixtures.url("sentencepiece/\(name).model"))
  }
}

/// Text of every sort, for comparing two implementations.
struct RandomText {
  private var generator: SeededGenerator
  private let alphabets: [ClosedRange<UInt32>] = [
    0x20...0x7E, 0x61...0x7A, 0x61...0x7A, 0xA0...0x24F, 0x300...0x36F, 0x410...0x44F,
    0x4E00...0x4FFF, 0x4E00...0x9FFF, 0x3000...0x30FF, 0xAC00...0xD7A3, 0xFF00...0xFFEF,
    0x1F300...0x1FAFF, 0x2000...0x2070, 0x0...0x1F,
  ]
  private let fragments = ["▁", "  ", " ", "<n>", "玻璃", "the ", "mosaic", "\u{FEFF}", "世界", "ﬁ"]

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func line() -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      if Bool.random(using: &generator) {
        text += fragments.randomElement(using: &generator) ?? ""
        continue
      }
      let range = alphabets.randomElement(using: &generator) ?? 0x20...0x7E
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text
  }
}

/// Strings compared as bytes: `==` of Swift calls canonically equivalent strings equal.
func sameBytes(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

extension SentencePieceTokenizer {
  /// Whether our ids are those of libsentencepiece 0.1.97, or another segmentation with the same
  /// score: that version breaks exact ties differently from 0.2.3, which the golden files follow.
  func segmentsAsWellAsTheLibrary(_ line: String) throws -> Bool {
    let (ours, theirs) = (encode(line), try encodeWithLibrary(line))
    if ours == theirs { return true }
    guard model.algorithm == .unigram, try decode(ours) == decode(theirs) else { return false }
    func score(_ ids: [TokenID]) -> Double {
      ids.reduce(0) { $0 + Double(model.pieces[Int($1)].score) }
    }
    return abs(score(ours) - score(theirs)) < 1e-6 * abs(score(ours))
  }
}
