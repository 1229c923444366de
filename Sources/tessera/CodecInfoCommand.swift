import ArgumentParser
import Checkpoints
import Foundation
import ImageCodecs
import RasterImages
import Tokens

/// `tessera codec info`: what codec a user's files hold, and what they lack.
struct CodecInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Look into a codec's files: architecture, identity, missing tensors.",
    usage: "tessera codec info [<files> ...] [--weights <file> ...] [<options>]",
    discussion: """
      The kind of codec is told from the tensors. Tensors that are missing or have another shape \
      are listed key by key, and so are those that the codec does not use; the status is then 65 \
      when something is missing. The digests are what token files record and decoding compares: \
      two files with the same tensors have the same digests, whatever their container. Without a \
      file, the embedded codec is shown.

      EXAMPLES
        tessera codec info
        tessera codec info vqgan.gumbelf8-sber.model.ckpt
        tessera codec info encoder.pkl decoder.pkl --json
      """)

  @OptionGroup var files: CodecFiles
  @OptionGroup var output: OutputOptions

  func run() throws {
    let checkpoints = try files.checkpoints()
    let report =
      checkpoints.isEmpty
      ? try CodecReport.embedded() : try CodecReport(of: checkpoints, name: files.codec)
    let info = try Info(report, checkpoints)
    Console.result(output.json ? Console.json(info) : info.text)
    guard report.problems.isEmpty else {
      throw CommandFailure(
        .inputUnusable, "\(report.name): \(report.problems.count) tensors missing or misshapen")
    }
  }

  private struct Info: Encodable {
    struct Problem: Encodable {
      let name: String
      let expected: [Int]
      let found: [Int]?
      let text: String

      private enum CodingKeys: CodingKey { case name, expected, found }
    }

    let name: String
    let summary: String
    let containers: [String]
    let architecture: [String: String]
    let parameters: Int
    let codebook_size: Int?
    let patch_size: Int?
    let weights_sha256: String?
    let codebook_sha256: String?
    let recipe: String
    let other_recipes: [String]
    let problems: [Problem]
    let unused: [String]

    private let lines: [(String, String)]

    private enum CodingKeys: CodingKey {
      case name, summary, containers, architecture, parameters, codebook_size, patch_size
      case weights_sha256, codebook_sha256, recipe, other_recipes, problems, unused
    }

    init(_ report: CodecReport, _ checkpoints: [Checkpoint]) throws {
      name = report.name
      summary = report.profile.summary
      containers = report.containers.map(\.rawValue)
      architecture = Dictionary(
        report.architecture.map { ($0.label, $0.value) }, uniquingKeysWith: { first, _ in first })
      parameters = report.parameterCount
      codebook_size = report.codebookSize
      patch_size = report.patchSize
      recipe = report.profile.recipe.description
      other_recipes = report.profile.alternativeRecipes.map(\.name)
      problems = report.problems.map {
        Problem(
          name: $0.name, expected: $0.expected, found: $0.found, text: $0.description)
      }
      unused = report.unexpected
      if !report.problems.isEmpty {
        weights_sha256 = nil
        codebook_sha256 = nil
      } else if report.codebookSize == nil {
        weights_sha256 = try report.weightsDigest()
        codebook_sha256 = nil
      } else {
        let identity = try CodecCatalog.codec(named: report.name, checkpoints: checkpoints).identity
        weights_sha256 = identity.weightsDigest
        codebook_sha256 = identity.codebookDigest
      }
      lines = Self.lines(report)
    }

    private static func lines(_ report: CodecReport) -> [(String, String)] {
      var lines = [("codec", "\(report.name), \(report.profile.summary)")]
      if !report.containers.isEmpty {
        lines.append(("container", report.containers.map(\.rawValue).joined(separator: ", ")))
      }
      lines += report.architecture.map { ($0.label, $0.value) }
      lines.append(("parameters", Wording.count(report.parameterCount)))
      if let size = report.codebookSize { lines.append(("tokens", "0 to \(size - 1)")) }
      if let patch = report.patchSize {
        lines.append(
          ("patch", "\(patch) pixels per \(report.codebookSize == nil ? "latent" : "token") side"))
      }
      return lines
    }

    var text: String {
      var lines = lines
      if let weights_sha256 { lines.append(("weights", "sha256 \(weights_sha256)")) }
      if let codebook_sha256 { lines.append(("codebook", "sha256 \(codebook_sha256)")) }
      lines.append(("recipe", recipe))
      if !other_recipes.isEmpty {
        lines.append(("or", other_recipes.joined(separator: ", ")))
      }
      lines += problems.map { ($0.found == nil ? "missing" : "misshapen", $0.text) }
      lines += unused.map { ("unused", $0) }
      return lines.map { $0.padded(to: 17) + $1 }.joined(separator: "\n")
    }
  }
}

/// FILE..., `--weights`, `--codec`: the files of one codec.
struct CodecFiles: ParsableArguments {
  @Argument(help: "The codec's files, in any order.")
  var files: [String] = []

  @Option(
    help: ArgumentHelp("The same as FILE, as other commands spell it.", valueName: "file"))
  var weights: [String] = []

  @Option(
    help: ArgumentHelp(
      "The codec (see 'tessera codec list'); told from the tensors when left out.",
      valueName: "name"))
  var codec: String?

  func checkpoints() throws -> [Checkpoint] {
    if let codec { _ = try CodecCatalog.profile(named: codec) }
    let paths = files + weights
    if paths.isEmpty, let codec, codec != CodecProfile.embeddedName {
      let needed = try CodecCatalog.profile(named: codec).files.map(\.name)
      throw CommandFailure.usage("codec \(codec) needs \(needed.joined(separator: " and "))")
    }
    return try paths.map { try Checkpoint(contentsOf: URL(fileURLWithPath: $0)) }
  }
}
