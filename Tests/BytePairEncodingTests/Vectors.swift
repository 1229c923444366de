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
}
