#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

import Tokens

/// What belongs to a model but has no place in its file: normalization and the user's special
/// tokens. Stored beside the model as `MODEL.sidecar.json`, so that YouTokenToMe still reads the
/// model.
struct ModelSidecar: Codable {
  private struct Token: Codable {
    let name: String
    let id: TokenID
  }

  private let format: String
  private let version: Int
  /// Numbers of the model file's first line, so that a sidecar is not used with another model.
  private let characters: Int
  private let rules: Int
  private let normalization: [String]
  private let special_tokens: [Token]

  private static let formatName = "tessera-bpe-sidecar"

  /// Where the sidecar of the model at `path` lies.
  static func path(ofModel path: String) -> String { path + ".sidecar.json" }

  init(_ model: BPEModel, _ preparation: TextPreparation) {
    format = Self.formatName
    version = 1
    characters = model.characters.count
    rules = model.rules.count
    normalization = preparation.normalization.map(\.rawValue)
    special_tokens = preparation.userTokens.map { Token(name: $0.name, id: $0.id) }
  }

  /// The sidecar as JSON.
  func fileBytes() throws(BPEError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return try [UInt8](encoder.encode(self)) + [0x0A]
    } catch {
      throw BPEError(.invalidSidecar("\(error)"))
    }
  }

  /// Reads a sidecar that belongs to `model`.
  static func preparation(
    _ bytes: [UInt8], for model: BPEModel
  ) throws(BPEError) -> TextPreparation {
    let sidecar: ModelSidecar
    do {
      sidecar = try JSONDecoder().decode(ModelSidecar.self, from: Data(bytes))
    } catch {
      throw BPEError(.invalidSidecar("it is not the expected JSON"))
    }
    guard sidecar.format == formatName, sidecar.version == 1 else {
      throw BPEError(
        .invalidSidecar("format \(sidecar.format) version \(sidecar.version) is not known"))
    }
    guard sidecar.characters == model.characters.count, sidecar.rules == model.rules.count else {
      throw BPEError(
        .invalidSidecar(
          "it belongs to a model of \(sidecar.characters) characters and \(sidecar.rules) rules; "
            + "this one has \(model.characters.count) and \(model.rules.count)"))
    }
    var preparation = TextPreparation()
    for name in sidecar.normalization {
      guard let step = TextPreparation.Normalization(rawValue: name) else {
        throw BPEError(.invalidSidecar("normalization \"\(name)\" is not known"))
      }
      preparation.normalization.append(step)
    }
    preparation.userTokens = sidecar.special_tokens.map { .init(name: $0.name, id: $0.id) }
    return preparation
  }
}
