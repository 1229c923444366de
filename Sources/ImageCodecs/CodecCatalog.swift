public import Checkpoints
import RasterImages

/// Finds the codec for a name and the user's files.
public enum CodecCatalog {
  /// The names that the command knows, in its order.
  public static var names: [String] { CodecProfile.all.map(\.name) }

  /// The profile of a codec; throws `unknownCodec` for a name that is none.
  public static func profile(named name: String) throws(CodecError) -> CodecProfile {
    guard let profile = CodecProfile.all.first(where: { $0.name == name }) else {
      throw CodecError(.unknownCodec(name: name, known: names))
    }
    return profile
  }

  /// The codec whose weights are part of this library: 256x256 pixels to 32x32 tokens of 8192
  /// codewords, small, always there.
  public static func embedded(options: CodecOptions = CodecOptions()) throws(CodecError) -> VQGAN {
    try VQGAN(WeightLedger(embeddedCheckpoint()), name: "default", options: options)
  }

  static func embeddedCheckpoint() throws(CodecError) -> Checkpoint {
    try passingErrors(of: "default") { try Checkpoint(bytes: EmbeddedWeights.bytes) }
  }

  /// The codec of that name, or the one that the checkpoints are recognised as.
  ///
  /// - Parameters:
  ///   - name: A codec's name; nil to tell it from the tensors, and the embedded codec without any.
  ///   - checkpoints: The codec's files in any order; none for `default`.
  ///   - options: Policy and threads.
  /// - Throws: ``CodecError``: `unknownCodec`, `unrecognised`, `anotherCodec`, `missingFile`,
  ///   `latentsOnly`, and what the codec's own initializer throws.
  public static func codec(
    named name: String? = nil, checkpoints: [Checkpoint] = [],
    options: CodecOptions = CodecOptions()
  ) throws(CodecError) -> any ImageCodec {
    if let name { _ = try profile(named: name) }
    guard let first = checkpoints.first else {
      guard let name, name != "default" else { return try embedded(options: options) }
      let files = try profile(named: name).files.map(\.name).joined(separator: " and ")
      throw CodecError(.missingFile(files), codec: name)
    }
    let recognised = try CodecRecognition(first)
    guard recognised.fits(name) else {
      throw CodecError(.anotherCodec(found: recognised.name), codec: name)
    }
    switch recognised.family {
    case .vqgan:
      return try VQGAN(checkpoint: first, name: name, options: options)
    case .hierarchical:
      let rate = HierarchicalVQVAE.Rate.allCases.first {
        (name ?? recognised.name) == "ice-f\($0.rawValue)"
      }
      return try HierarchicalVQVAE(checkpoint: first, rate: rate ?? .f8, options: options)
    case .dvae:
      return try DVAE(WeightLedger(first), options: options)
    case .dvaeEncoder, .dvaeDecoder:
      return try dvae(checkpoints, options)
    case .kl:
      throw CodecError(.latentsOnly, codec: recognised.name)
    }
  }

  private static func dvae(
    _ checkpoints: [Checkpoint], _ options: CodecOptions
  ) throws(CodecError) -> DVAE {
    var encoder: Checkpoint?
    var decoder: Checkpoint?
    for checkpoint in checkpoints {
      switch try CodecRecognition(checkpoint).family {
      case .dvaeEncoder: encoder = checkpoint
      case .dvaeDecoder: decoder = checkpoint
      default:
        throw CodecError(
          .anotherCodec(found: try CodecRecognition(checkpoint).name), codec: "dalle-dvae")
      }
    }
    guard let encoder else { throw CodecError(.missingFile("encoder.pkl"), codec: "dalle-dvae") }
    guard let decoder else { throw CodecError(.missingFile("decoder.pkl"), codec: "dalle-dvae") }
    return try DVAE(encoder: encoder, decoder: decoder, options: options)
  }
}

extension CodecRecognition {
  /// Whether a checkpoint may be used under a name that the user gave. Codecs of equal tensors
  /// differ only in conventions, which are the user's to choose.
  func fits(_ asked: String?) -> Bool {
    guard let asked, asked != name else { return true }
    let interchangeable: [[String]] = [
      ["default", "taming", "sber-f8"], ["ice-f4", "ice-f8", "ice-f16"],
    ]
    return interchangeable.contains { $0.contains(asked) && $0.contains(name) }
  }
}
