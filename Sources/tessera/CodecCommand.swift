import ArgumentParser
import ImageCodecs
import RasterImages
import Tokens

/// `tessera codec`: which codecs there are.
struct CodecCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codec",
    abstract: "Show which codecs there are and what they need.",
    subcommands: [CodecListCommand.self, CodecInfoCommand.self, CodecBenchCommand.self])
}

/// `tessera codec list`: every codec that the command knows by name.
struct CodecListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the codecs, with the files that each needs.",
    discussion: """
      Nothing is ever downloaded: get the files from where they are published and name them with \
      --weights.

      EXAMPLES
        tessera codec list
        tessera codec list --json
      """)

  @OptionGroup var output: OutputOptions

  func run() {
    for profile in CodecProfile.all {
      let entry = Entry(profile)
      Console.result(output.json ? Console.json(entry) : entry.text)
    }
  }

  private struct Entry: Encodable {
    struct File: Encodable {
      let name: String
      let bytes: Int?
      let sha256: String?
    }

    let name: String
    let summary: String
    let code: String
    let recipe: String
    let files: [File]

    init(_ profile: CodecProfile) {
      name = profile.name
      summary = profile.summary
      code = profile.code
      recipe = profile.recipe.name
      files = profile.files.map { File(name: $0.name, bytes: $0.byteCount, sha256: $0.digest) }
    }

    var text: String {
      var lines = [
        name.padded(to: 14) + summary, "".padded(to: 14) + "\(code), recipe \(recipe)",
      ]
      for file in files {
        var line = "".padded(to: 14) + "needs \(file.name)"
        if let bytes = file.bytes { line += ", \(Wording.bytes(bytes))" }
        if let digest = file.sha256 { line += ", sha256 \(digest)" }
        lines.append(line)
      }
      return lines.joined(separator: "\n")
    }
  }
}

/// `tessera codec info`: one codec with its weights loaded.
struct CodecInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Load a codec and show its identity.",
    discussion: """
      The identity is what token files record and decoding compares: two files with the same \
      tensors have the same digests, whatever their container.

      EXAMPLES
        tessera codec info
        tessera codec info --weights model.safetensors
      """)

  @OptionGroup var codec: CodecOptionGroup
  @OptionGroup var output: OutputOptions

  func run() throws {
    let loaded = try codec.load()
    let info = Info(try loaded.profile, loaded.codec)
    Console.result(output.json ? Console.json(info) : info.text)
  }

  private struct Info: Encodable {
    let name: String
    let summary: String
    let codebook_size: Int
    let patch_size: Int
    let weights_sha256: String
    let codebook_sha256: String
    let recipe: String

    init(_ profile: CodecProfile, _ codec: any ImageCodec) {
      let identity = codec.identity
      name = identity.name
      summary = profile.summary
      codebook_size = identity.codebookSize
      patch_size = identity.patchSize
      weights_sha256 = identity.weightsDigest
      codebook_sha256 = identity.codebookDigest
      recipe = profile.recipe.description
    }

    var text: String {
      [
        ("codec", "\(name), \(summary)"),
        ("codes", Wording.count(codebook_size)),
        ("patch", "\(patch_size) pixels per token side"),
        ("weights", "sha256 \(weights_sha256)"),
        ("codebook", "sha256 \(codebook_sha256)"),
        ("recipe", recipe),
      ].map { $0.padded(to: 10) + $1 }.joined(separator: "\n")
    }
  }
}
