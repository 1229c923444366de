import Checkpoints

/// A recognised codec and the account of its tensors, before anything is read.
struct CodecPlan {
  /// The codec in words and numbers.
  struct Description {
    var facts: [(String, String)]
    var codebookSize: Int?
    var patchSize: Int
  }

  let name: String
  let family: CodecRecognition.Family
  let weights: WeightLedger

  init(_ checkpoints: [Checkpoint], name: String?) throws(CodecError) {
    guard let first = checkpoints.first else { throw CodecError(.missingFile("a weights file")) }
    let recognised = try CodecRecognition(first)
    guard recognised.fits(name) else {
      throw CodecError(.anotherCodec(found: recognised.name), codec: name)
    }
    self.name = name ?? recognised.name
    family = recognised.family
    guard [.dvaeEncoder, .dvaeDecoder].contains(family) else {
      weights = WeightLedger(first, prefix: recognised.prefix)
      return
    }
    var table: [String: CheckpointTensor] = [:]
    for checkpoint in checkpoints {
      let side = try CodecRecognition(checkpoint)
      guard [.dvaeEncoder, .dvaeDecoder].contains(side.family) else {
        throw CodecError(.anotherCodec(found: side.name), codec: recognised.name)
      }
      table.merge(
        WeightLedger.table(
          checkpoint, removing: "",
          adding: side.family == .dvaeEncoder ? "encoder." : "decoder.")
      ) { first, _ in first }
    }
    weights = WeightLedger(table)
  }

  /// Lays the networks out, so that the ledger knows what is used and what is missing.
  func describe() throws(CodecError) -> Description {
    try passingErrors(of: name) {
      switch family {
      case .vqgan: describe(try VQGAN.Layout(weights).configuration)
      case .dvae, .dvaeEncoder, .dvaeDecoder: describe(try DVAE.Layout(weights).configuration)
      case .hierarchical: describe(try HierarchicalVQVAE.Layout(weights).configuration)
      case .kl: describe(try KLAutoencoder.Layout(weights))
      }
    }
  }

  private func describe(_ c: VQGANConfiguration) -> Description {
    Description(
      facts: [
        ("encoder", c.encoder.summary), ("decoder", c.decoder.summary),
        ("decoder kind", c.decoderKind.rawValue), ("quantizer", c.quantizer.rawValue),
        ("latent channels", "\(c.latentChannels)"),
        (
          "codebook",
          "\(c.codewordCount) codewords of \(c.codewordDimension) numbers"
            + (c.remappedCount.map { ", \($0) of them in use" } ?? "")
        ),
      ], codebookSize: c.remappedCount ?? c.codewordCount, patchSize: c.patchSize)
  }

  private func describe(_ c: DVAEConfiguration) -> Description {
    func groups(_ groups: [DVAEConfiguration.Group]) -> String {
      "groups of " + groups.map { "\($0.blockCount)x\($0.width)" }.joined(separator: ", ")
    }
    return Description(
      facts: [
        ("encoder", groups(c.encoderGroups)), ("decoder", groups(c.decoderGroups)),
        ("quantizer", "largest logit"),
        ("codebook", "\(c.codewordCount) codewords of \(c.codewordDimension) numbers"),
      ], codebookSize: c.codewordCount, patchSize: c.patchSize)
  }

  private func describe(_ c: HierarchicalVQVAEConfiguration) -> Description {
    let rates = HierarchicalVQVAE.Rate.allCases
    let rate = rates.first { name == "ice-f\($0.rawValue)" } ?? .f8
    return Description(
      facts: [("encoder", c.encoder.summary)]
        + zip(rates.reversed(), c.decoders).map {
          ("decoder f\($0.0.rawValue)", $0.1.summary)
        } + [
          ("quantizer", "nearest codeword"),
          ("codebook", "\(c.codewordCount) codewords of \(c.codewordDimension) numbers"),
        ], codebookSize: c.codewordCount, patchSize: rate.rawValue)
  }

  private func describe(_ layout: KLAutoencoder.Layout) -> Description {
    Description(
      facts: [
        ("encoder", layout.encoderStack.summary), ("decoder", layout.decoderStack.summary),
        ("latents", "continuous, \(layout.latentDimension) numbers each; no tokens"),
      ], codebookSize: nil, patchSize: layout.encoderStack.downsampling)
  }
}

extension ResidualStack {
  /// `widths 128, 128, 256, 512; 2 blocks a level; attention at level 3 and in the middle`.
  fileprivate var summary: String {
    let blocks = Set(blockCounts)
    let counts =
      blocks.count == 1 ? "\(blockCounts[0])" : blockCounts.map(String.init).joined(separator: ", ")
    var places = attentionLevels.map { "at level \($0)" }
    if hasMiddleAttention { places.append("in the middle") }
    return "widths \(widths.map(String.init).joined(separator: ", ")); "
      + "\(counts) blocks a level; "
      + (places.isEmpty ? "no attention" : "attention \(places.joined(separator: ", "))")
  }
}
