public import ArgumentParser
import Checkpoints
import Foundation
import ImageCodecs
import ImageFiles
import Pipelines
import RasterImages
public import TensorKernels
import Tokens

/// `--policy`, `--engine`: how codecs compute.
struct ArithmeticOptions: ParsableArguments {
  @Option(help: "The arithmetic: it may change a token in ten thousand, and is recorded.")
  var policy = CodecOptions.Policy.balanced

  @Option(help: "What multiplies matrices; openblas is slower and there to compare.")
  var engine = Engine.kernels

  /// One thread per picture, for the pipelines work on several pictures at once.
  var options: CodecOptions { CodecOptions(policy: policy, engine: engine, threads: 1) }
}

/// `--codec`, `--weights`, and how it computes: one codec.
struct CodecOptionGroup: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The codec (see 'tessera codec list'); told from the weights when left out.",
      valueName: "name"))
  var codec: String?

  @Option(
    help: ArgumentHelp(
      "A weights file of the codec; repeat it where a codec has several. The default codec needs "
        + "none.", valueName: "file"))
  var weights: [String] = []

  @OptionGroup var arithmetic: ArithmeticOptions

  /// Loads the codec.
  func load() throws -> LoadedCodec {
    try LoadedCodec(named: codec, weights: weights, options: arithmetic.options)
  }

  /// Loads the codec that a token file names.
  func load(for identity: CodecIdentity, path: String) throws -> LoadedCodec {
    guard weights.isEmpty, codec == nil, identity.name != CodecProfile.embeddedName else {
      return try load()
    }
    throw CommandFailure.usage(
      "\(path): made by codec \(identity.name); give its --weights "
        + "(weights sha256 \(identity.weightsDigest))")
  }
}

extension Policy: ExpressibleByArgument {}
extension Engine: ExpressibleByArgument {}

extension CodecProfile {
  static let embeddedName = "default"
}

/// A codec and what is known by its name.
struct LoadedCodec {
  let codec: any ImageCodec

  /// Loads the codec of that name from its files.
  init(named name: String?, weights: [String], options: CodecOptions) throws {
    if weights.isEmpty, let name, name != CodecProfile.embeddedName {
      let profile = try CodecCatalog.profile(named: name)
      throw CommandFailure.usage(
        "codec \(name) needs --weights \(profile.files.map(\.name).joined(separator: " --weights "))"
      )
    }
    var checkpoints: [Checkpoint] = []
    for path in weights {
      checkpoints.append(try Checkpoint(contentsOf: URL(fileURLWithPath: path)))
    }
    codec = try CodecCatalog.codec(named: name, checkpoints: checkpoints, options: options)
  }

  var profile: CodecProfile {
    get throws { try CodecCatalog.profile(named: codec.identity.name) }
  }
}

/// `--size`, `--recipe`: how pictures are made ready.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Pixels per side of the square that the codec sees, a multiple of its patch size.",
      valueName: "n"))
  var size = 256

  @Option(
    help: ArgumentHelp(
      "How pictures reach that size: "
        + PreprocessingRecipe.all.map(\.name).joined(separator: ", ")
        + " (default: the codec's own).", valueName: "name"))
  var recipe: String?

  @Option(
    help: ArgumentHelp(
      "Reject pictures of more megapixels without decoding them: each takes up to nine bytes per "
        + "pixel while it is brought to its size.", valueName: "n"))
  var maxMegapixels = 256

  func validate() throws {
    if !(1...4096).contains(maxMegapixels) {
      throw ValidationError("--max-megapixels must lie in 1...4096, not \(maxMegapixels)")
    }
  }

  func preparation(for codec: LoadedCodec) throws -> PicturePreparation {
    let patch = codec.codec.patchSize
    guard size > 0, size.isMultiple(of: patch), size <= 8192 else {
      throw CommandFailure.usage(
        "--size \(size): codec \(codec.codec.identity.name) takes multiples of \(patch) up to 8192")
    }
    var decoding = ImageDecodingOptions()
    decoding.maximumPixelCount = maxMegapixels * 1_000_000
    guard let recipe else {
      return PicturePreparation(
        recipe: codec.codec.defaultRecipe, size: .square(size), decoding: decoding)
    }
    guard let found = PreprocessingRecipe(named: recipe) else {
      throw CommandFailure.usage(
        "--recipe \(recipe): no such recipe; known are "
          + PreprocessingRecipe.all.map(\.name).joined(separator: ", "))
    }
    return PicturePreparation(recipe: found, size: .square(size), decoding: decoding)
  }
}
