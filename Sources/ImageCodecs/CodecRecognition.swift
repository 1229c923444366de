import Checkpoints

/// Which codec a checkpoint holds, told from the names of its tensors.
struct CodecRecognition {
  /// What kind of network, and so which type serves it.
  enum Family: Equatable {
    case vqgan
    case dvaeEncoder
    case dvaeDecoder
    /// Both directions in one file, as `codec convert` writes it.
    case dvae
    case hierarchical
    case kl
  }

  let family: Family
  /// The codec's name as the command spells it.
  let name: String
  /// What stands before all of the network's tensor names.
  let prefix: String

  init(_ checkpoint: Checkpoint) throws(CodecError) {
    let stored = checkpoint.metadata[CodecConversion.nameKey]
    if checkpoint["encoder.blocks.input.w"] != nil, checkpoint["decoder.blocks.input.w"] != nil {
      (family, name, prefix) = (.dvae, "dalle-dvae", "")
    } else if let input = checkpoint["blocks.input.w"] {
      // The encoder begins with a 7x7 convolution, the decoder with a 1x1.
      family = input.shape.last == 7 ? .dvaeEncoder : .dvaeDecoder
      (name, prefix) = ("dalle-dvae", "")
    } else if let prefix = Self.prefix(before: "enc.conv_in.weight", in: checkpoint) {
      self.prefix = prefix
      family = .hierarchical
      name = stored.flatMap { $0.hasPrefix("ice-f") ? $0 : nil } ?? "ice-f8"
    } else if let prefix = Self.prefix(before: "encoder.conv_in.weight", in: checkpoint) {
      self.prefix = prefix
      (family, name) = Self.autoencoder(checkpoint, prefix, stored)
    } else {
      throw CodecError(.unrecognised(names: checkpoint.tensors.map(\.name)))
    }
  }

  private static func autoencoder(
    _ checkpoint: Checkpoint, _ prefix: String, _ stored: String?
  ) -> (Family, String) {
    func has(_ name: String) -> Bool { checkpoint[prefix + name] != nil }
    if has("decoder.decoder.conv_in.weight") { return (.vqgan, "sber-f8-dwt") }
    if has("decoder.mid.block_1.norm1.conv_y.weight") { return (.vqgan, "movq") }
    if !has("quantize.embed.weight"), !has("quantize.embedding.weight") { return (.kl, "kl-f8") }
    if let stored, ["default", "sber-f8", "taming"].contains(stored) { return (.vqgan, stored) }
    // taming's own GumbelVQ has the same tensors; its files are a trainer's, with losses beside.
    let isTrainers =
      checkpoint.outerKeys.contains("global_step")
      || checkpoint.tensors.contains { $0.name.hasPrefix(prefix + "loss.") }
    return (.vqgan, has("quantize.embed.weight") && !isTrainers ? "sber-f8" : "taming")
  }

  /// The shortest prefix with which a name ends in `suffix`; a whole text-to-picture model holds its
  /// autoencoder under one.
  private static func prefix(before suffix: String, in checkpoint: Checkpoint) -> String? {
    checkpoint.tensors.map(\.name)
      .filter { $0 == suffix || $0.hasSuffix("." + suffix) }
      .map { String($0.dropLast(suffix.count)) }
      .min { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
  }
}
