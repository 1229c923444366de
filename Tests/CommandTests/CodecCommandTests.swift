import Foundation
import TestSupport
import Testing

/// `tessera codec info` and `convert` on original checkpoint files.
@Suite struct CodecCommandTests {
  static func codec(_ path: String) -> String { Fixtures.url("codecs/\(path)").path }

  @Test func filesAreRecognisedByTheirTensors() throws {
    for (path, name, fact) in [
      ("sber/vqgan.gumbelf8-sber.model.ckpt", "sber-f8", "largest Gumbel logit"),
      ("sber_dwt/vqgan.gumbelf8-sber-dwt.model.ckpt", "sber-f8-dwt", "wavelet"),
      ("taming_f8_vq1/last.ckpt", "taming", "torch legacy stream"),
      ("icetk/ice_image.pt", "ice-f8", "400 codewords of 32 numbers"),
      ("movq/movq_final.ckpt", "movq", "spatial norm"),
      ("klvae/vae.ckpt", "kl-f8", "no tokens"),
    ] {
      let outcome = try Command.run("codec", "info", Self.codec(path))
      #expect(outcome.status == 0 && outcome.errors.isEmpty)
      #expect(outcome.output.contains("\(name), ") && outcome.output.contains(fact), "\(path)")
    }
  }

  @Test func whatIsMissingIsSaidKeyByKey() throws {
    let outcome = try Command.run("codec", "info", Self.codec("dalle/encoder.pkl"))
    #expect(outcome.status == 65 && outcome.complaints.count == 1)
    #expect(outcome.output.contains("missing          decoder.blocks.input.w"))
    let unused = try Command.run("codec", "info", Self.codec("taming_f16_ema/last.ckpt"))
    #expect(unused.status == 0)
    #expect(unused.output.contains("unused           quantize.embedding.cluster_size"))
  }

  @Test func aConvertedCodecDecodesTheOriginalsTokens() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    let original = Self.codec("taming_f8_vq1/last.ckpt")
    var outcome = try place.run(
      "encode", "in", "-o", "x.tessera", "--size", "64", "--weights", original)
    #expect(outcome.status == 0)
    outcome = try place.run("codec", "convert", original, "-o", "copy.safetensors")
    #expect(outcome.status == 0 && outcome.output.contains("5 tensors left out"))
    outcome = try place.run("decode", "x.tessera", "-o", "a", "--weights", original)
    #expect(outcome.status == 0)
    outcome = try place.run("decode", "x.tessera", "-o", "b", "--weights", "copy.safetensors")
    #expect(outcome.status == 0)
    outcome = try place.run(
      "codec", "convert", original, "-o", "half.safetensors", "--precision", "fp16")
    #expect(outcome.status == 0)
    outcome = try place.run("decode", "x.tessera", "-o", "c", "--weights", "half.safetensors")
    #expect(outcome.status == 65 && outcome.complaints.count == 1)
  }

  /// Pictures to a token file and back with every codec, each from its original files.
  @Test(arguments: [
    (["sber/vqgan.gumbelf8-sber.model.ckpt"], "sber-f8"),
    (["sber_dwt/vqgan.gumbelf8-sber-dwt.model.ckpt"], "sber-f8-dwt"),
    (["taming_f16_ema/last.ckpt"], "taming"),
    (["dalle/decoder.pkl", "dalle/encoder.pkl"], "dalle-dvae"), (["icetk/ice_image.pt"], "ice-f4"),
    (["icetk/ice_image.pt"], "ice-f8"), (["icetk/ice_image.pt"], "ice-f16"),
    (["movq/movq_final.ckpt"], "movq"),
  ])
  func everyCodecGoesThroughAFile(_ files: [String], _ name: String) throws {
    let place = try Workplace()
    try place.add(picture: "accept/420.jpg", as: "in/a.jpg")
    let weights = ["--codec", name] + files.flatMap { ["--weights", Self.codec($0)] }
    let encoded = try Command.Running(
      ["encode", "in", "-o", "x.tessera", "--size", "64"] + weights, in: place.url
    ).outcome()
    #expect(encoded.status == 0, "\(encoded.errors)")
    #expect(try place.run("tokens", "verify", "x.tessera").status == 0)
    #expect(try place.run("tokens", "info", "x.tessera").output.contains(name))
    let decoded = try Command.Running(
      ["decode", "x.tessera", "-o", "out"] + weights, in: place.url
    ).outcome()
    #expect(decoded.status == 0, "\(decoded.errors)")
    #expect(place.exists("out"))
  }

  @Test func wrongFilesAreNamedInOneLine() throws {
    let place = try Workplace()
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 276\n"
    try place.write(pointer, to: "pointer.ckpt")
    let whole = try Fixtures.bytes("codecs/sber/vqgan.gumbelf8-sber.model.ckpt")
    try place.write(whole.prefix(100_000), to: "half.ckpt")
    for (file, words) in [("pointer.ckpt", "Git-LFS"), ("half.ckpt", "half a download")] {
      for command in [
        ["codec", "info", file], ["encode", ".", "-o", "x.tessera", "--weights", file],
      ] {
        let outcome = try Command.Running(command, in: place.url).outcome()
        #expect(outcome.status == 65 && outcome.complaints.count == 1)
        #expect(outcome.errors.contains(words) && outcome.errors.contains(file))
      }
    }
    #expect(try place.run("codec", "convert", "-o", "y").status == 2)
  }
}
