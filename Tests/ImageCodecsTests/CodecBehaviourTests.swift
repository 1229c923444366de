import Checkpoints
import ImageCodecs
import RasterImages
import TensorKernels
import TestSupport
import Testing
import Tokens

@Suite struct CodecEquivalenceTests {
  /// A picture of smooth noise.
  func picture(width: Int, height: Int, seed: UInt64) -> RasterImage {
    var random = SeededGenerator(seed: seed)
    let phases = (0..<6).map { _ in random.unit() * 7 }
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for colour in 0..<3 {
          let level = (x * (3 + colour) + y * 5 + Int(phases[colour] * 40)) % 256
          pixels.append(UInt8((level + Int(random.unit() * 32)) % 256))
        }
      }
    }
    return RasterImage(width: width, height: height, pixels: pixels)
  }

  @Test func batchesThreadsAndSingleAgree() throws {
    let alone = try CodecCatalog.embedded(options: CodecOptions(threads: 1))
    let together = try CodecCatalog.embedded(options: CodecOptions(threads: 2))
    let pictures = [(64, 64), (96, 40), (8, 8), (64, 64)].enumerated().map {
      picture(width: $0.element.0, height: $0.element.1, seed: UInt64($0.offset))
    }
    let grids = try together.encode(pictures)
    #expect(grids.map(\.width) == [8, 12, 1, 8] && grids.map(\.height) == [8, 5, 1, 8])
    #expect(try grids == pictures.map { try alone.encode($0) })
    #expect(try together.decode(grids) == grids.map { try alone.decode($0) })
    #expect(try together.encode([RasterImage]()).isEmpty)
  }

  @Test func waveletDecoderPaintsTwiceTheSize() throws {
    let codec = try VQGAN(
      checkpoint: CodecFixture(
        folder: "sber_dwt", files: ["vqgan.gumbelf8-sber-dwt.model.ckpt"], picture: ""
      ).checkpoints()[0])
    let painted = try codec.decode(TokenGrid(height: 2, width: 3, tokens: [0, 1, 2, 3, 4, 5]))
    #expect(painted.height == 32 && painted.width == 48)
    #expect(codec.configuration.paintedPatchSize == 16 && codec.patchSize == 8)
  }

  @Test func remappedCodebooksCountThroughWhatIsKept() throws {
    let fixture = CodecRefusalTests.fixture
    let plain = try VQGAN(checkpoint: fixture.checkpoints()[0])
    let grid = try plain.encode(fixture.image())
    let kept = Set(grid.tokens).sorted()
    var file = try RewrittenCheckpoint(fixture.checkpoints()[0])
    file.tensors["quantize.used"] = ([kept.count], kept.map { Float($0) })
    file.wholeNumbers = ["quantize.used"]
    let remapped = try VQGAN(checkpoint: file.checkpoint())
    #expect(remapped.codebookSize == kept.count)
    let small = try remapped.encode(fixture.image())
    #expect(small.tokens.map { kept[Int($0)] } == grid.tokens)
    #expect(try remapped.decode(small) == plain.decode(grid))

    // A latent whose own codeword is gone takes the nearest of those that are left.
    file.tensors["quantize.used"] = ([2], [0, 1])
    #expect(
      try VQGAN(checkpoint: file.checkpoint()).encode(fixture.image()).tokens.allSatisfy { $0 < 2 })
    file.tensors["quantize.used"] = ([1], [256])
    let error = #expect(throws: CodecError.self) { try VQGAN(checkpoint: file.checkpoint()) }
    #expect(error?.description.contains("256") == true)
  }

  @Test func drawnTokensFollowTheSeedAndTheLogits() throws {
    let fixture = CodecFixture(
      folder: "sber", files: ["vqgan.gumbelf8-sber.model.ckpt"], picture: "coffee_64x96")
    let codec = try VQGAN(checkpoint: fixture.checkpoints()[0])
    let image = try fixture.image()
    let first = try #require(try codec.sample(image, seed: 1))
    #expect(try codec.sample(image, seed: 1) == first)
    #expect(try codec.sample(image, seed: 2) != first)
    // A clear winner is drawn more often than not; noise decides between near ties.
    let best = try codec.encode(image)
    let gaps = try fixture.array("gap").floats
    let clear = gaps.indices.filter { gaps[$0] > 8 }
    #expect(clear.allSatisfy { first.tokens[$0] == best.tokens[$0] })
    #expect(first.tokens != best.tokens)
    #expect(
      try VQGAN(checkpoint: CodecRefusalTests.fixture.checkpoints()[0]).sample(image, seed: 1)
        == nil)
  }

  /// The original programs turn numbers into bytes in four different ways.
  @Test func everyOriginalRoundsInItsOwnWay() throws {
    for (folder, file, name) in ReferenceGoldenTests.vqgans {
      let fixture = CodecFixture(folder: folder, files: [file], picture: "coffee_64x96")
      let codec = try VQGAN(checkpoint: fixture.checkpoints()[0])
      let raw = try codec.reconstruct(fixture.grid())
      let expected = raw.values.map { value -> UInt8 in
        let clamped = min(max(value, -1), 1)
        return name == "movq"
          ? UInt8(((clamped + 1) * 127.5).rounded(.toNearestOrEven))
          : UInt8((clamped + 1) * 0.5 * 255)
      }
      #expect(try codec.decode(fixture.grid()).pixels == expected, "\(name)")
    }
    let ice = CodecFixture(
      folder: "icetk", files: ["ice_image.pt"], picture: "coffee_64", variant: ".rate8")
    let hierarchical = try HierarchicalVQVAE(checkpoint: ice.checkpoints()[0])
    let colours = try hierarchical.colours(hierarchical.reconstruct(ice.grid()))
    #expect(
      try hierarchical.decode(ice.grid()).pixels
        == colours.values.map { UInt8(min(max($0 * 255 + 0.5, 0), 255)) })
    let dalle = CodecFixture(
      folder: "dalle", files: ["encoder.pkl", "decoder.pkl"], picture: "coffee_64x96")
    let files = try dalle.checkpoints()
    let dvae = try DVAE(encoder: files[0], decoder: files[1])
    #expect(
      try dvae.decode(dalle.grid()).pixels
        == dvae.colours(dvae.statistics(dalle.grid())).values.map { UInt8($0 * 255) })
  }
}
