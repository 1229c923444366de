import Checkpoints
import ImageCodecs
import TensorKernels
import TestSupport
import Testing

/// Each layer against values sampled from the original program, in the order of execution, so that
/// a failure names the first layer that is wrong.
@Suite struct CodecLayerTests {
  static let vqgans = ReferenceGoldenTests.vqgans
  static let oracle = CodecOptions(policy: .reference)

  @Test(arguments: vqgans, [CodecOptions.Policy.reference, .balanced])
  func vqgan(
    _ codec: (folder: String, file: String, name: String), policy: CodecOptions.Policy
  ) throws {
    let fixture = CodecFixture(
      folder: codec.folder, files: [codec.file], picture: "astronaut_128x128")
    let vqgan = try VQGAN(
      checkpoint: fixture.checkpoints()[0], options: CodecOptions(policy: policy))
    let parts = vqgan.autoencoder
    try expect(
      LayerTrace(parts.encoder, input: parts.input(fixture.image())), fixture, "enc",
      all: policy == .reference)
    try expect(
      LayerTrace(parts.decoder, input: parts.codewords(of: fixture.grid())), fixture, "dec",
      all: policy == .reference)
  }

  @Test func discreteVAE() throws {
    let fixture = CodecFixture(
      folder: "dalle", files: ["encoder.pkl", "decoder.pkl"], picture: "astronaut_128x128")
    let files = try fixture.checkpoints()
    let codec = try DVAE(encoder: files[0], decoder: files[1], options: Self.oracle)
    let parts = codec.autoencoder
    try expect(
      LayerTrace(parts.encoder, input: parts.input(fixture.image())), fixture, "enc",
      prefix: "encoder.")
    try expect(
      LayerTrace(parts.decoder, input: parts.codewords(of: fixture.grid())), fixture, "dec",
      prefix: "decoder.")
  }

  @Test(arguments: HierarchicalVQVAE.Rate.allCases)
  func hierarchical(rate: HierarchicalVQVAE.Rate) throws {
    let fixture = CodecFixture(
      folder: "icetk", files: ["ice_image.pt"], picture: "astronaut_128",
      variant: ".rate\(rate.rawValue)")
    let codec = try HierarchicalVQVAE(
      checkpoint: fixture.checkpoints()[0], rate: rate, options: Self.oracle)
    let parts = codec.autoencoder
    try expect(
      LayerTrace(parts.encoder, input: parts.input(fixture.image())), fixture, "enc")
    try expect(
      LayerTrace(parts.decoder, input: parts.codewords(of: fixture.grid())), fixture, "dec")
  }

  @Test func klAutoencoder() throws {
    let fixture = CodecFixture(
      folder: "klvae", files: ["vae.ckpt"], picture: "astronaut_128x128")
    let codec = try KLAutoencoder(checkpoint: fixture.checkpoints()[0], options: Self.oracle)
    try expect(
      LayerTrace(codec.encoder, input: codec.input(fixture.image())), fixture, "enc")
  }

  /// The layers whose values an engine shows must agree at the six sampled positions each.
  private func expect(
    _ trace: LayerTrace, _ fixture: CodecFixture, _ direction: String, prefix: String = "",
    all: Bool = true
  ) throws {
    let table = String(
      decoding: try Fixtures.bytes(
        "codecs/\(fixture.folder)/\(fixture.picture)\(fixture.variant).trace_\(direction).tsv"),
      as: UTF8.self)
    var seen = 0
    var expected = 0
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: "\t")
      expected += 1
      guard let ours = trace.layers[prefix + fields[0]] else { continue }
      seen += 1
      let shape = fields[1].split(separator: ",").compactMap { Int($0) }
      guard shape == [1, ours.channels, ours.height, ours.width] else {
        Issue.record("\(fields[0]): shape \(ours.channels)x\(ours.height)x\(ours.width)")
        return
      }
      let positions = fields[2].split(separator: ",").compactMap { Int($0) }
      let values = fields[3].split(separator: ",").compactMap { Float($0) }
      let scale = max(1, values.map { abs($0) }.max() ?? 1)
      for (position, value) in zip(positions, values) {
        let plane = ours.height * ours.width
        let found = ours.values[position % plane * ours.channels + position / plane]
        guard abs(found - value) <= Tolerance.layer * scale else {
          Issue.record(
            "the first wrong layer is \(fields[0]): \(found) instead of \(value) at \(position)")
          return
        }
      }
    }
    // The reference engine shows every convolution, norm and block; what is left are containers
    // that only pass on their last layer, and the token scores.
    #expect(seen * 5 >= expected * (all ? 4 : 1), "only \(seen) of \(expected) layers were shown")
  }
}
