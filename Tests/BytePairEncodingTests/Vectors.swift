import BytePairEncoding
import Foundation
import TestSupport

/// The reference vectors of `Fixtures/yttm`.
enum Vectors {
  static func load<T: Decodable>(_ name: String, as: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(T.self, from: Data(try Fixtures.bytes("yttm/\(name)")))
  }

  static func bytes(_ path: String) throws -> [UInt8] { try Fixtures.bytes("yttm/\(path)") }

  static func model(_ path: String) throws -> BPEModel {
    // The span of a temporary crashes the 6.3.1 compiler when the call throws.
    let file = try bytes(path)
    return try BPEModel(fileBytes: file.span)
  }

  /// One entry of `train.json`.
  struct Training: Decodable, CustomStringConvertible, Sendable {
    let name: String
    let data: String
    let vocab_size: Int
    let coverage: Double
    let pad_id, unk_id, bos_id, eos_id: Int32
    let status: String
    let model: String?
    let error: String?
    let warnings: [String]?

    var description: String { name }

    var options: TrainingOptions {
      var options = TrainingOptions(vocabularySize: vocab_size)
      options.coverage = coverage
      options.specialTokens = SpecialTokenIDs(
        padding: pad_id, unknown: unk_id, beginning: bos_id, end: eos_id)
      return options
    }
  }

  /// One entry of `encode.json`.
  struct Encoding: Decodable, Sendable {
    let model: String
    let text: String?
    let bytes_b64: String?
    let bos, eos, reverse: Bool?
    let ids: [Int32]?
    let subwords: [String]?
    let decoded, decode_error, error, warning: String?

    var bytes: [UInt8] {
      text.map { Array($0.utf8) } ?? [UInt8](Data(base64Encoded: bytes_b64 ?? "") ?? Data())
    }

    var options: EncodingOptions {
      EncodingOptions(
        beginning: bos ?? false, end: eos ?? false, reversed: reverse ?? false)
    }
  }

  /// One entry of `decode.json`.
  struct Decoding: Decodable, Sendable {
    let model: String
    let ids: [Int32]
    let ignore_ids: [Int32]?
    let text, error: String?
  }

  /// One entry of `dropout.json`.
  struct DropoutRun: Decodable, Sendable {
    let model: String
    let lines: [String]
    let dropout_prob: Double
    let ids: [[Int32]]
  }

  /// One entry of `vocab.json`.
  struct VocabularyList: Decodable, Sendable {
    let model: String
    let vocab_size: Int
    let vocab: [String]
    let lookups: [String: Int32]
  }

  /// The tokenizers of the models that entries name, each loaded once.
  static func tokenizers(_ models: [String]) throws -> [String: BPETokenizer] {
    var tokenizers: [String: BPETokenizer] = [:]
    for path in Set(models) { tokenizers[path] = try BPETokenizer(model: try model(path)) }
    return tokenizers
  }
}
