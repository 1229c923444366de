import ArgumentParser
import ImageCodecs
import RasterImages

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
      let tensor_bytes: Int?
      let sha256: String?
    }

    let name: String
    let summary: String
    let code: String
    let recipe: String
    let other_recipes: [String]
    let files: [File]

    init(_ profile: CodecProfile) {
      name = profile.name
      summary = profile.summary
      code = profile.code
      recipe = profile.recipe.name
      other_recipes = profile.alternativeRecipes.map(\.name)
      files = profile.files.map {
        File(name: $0.name, tensor_bytes: $0.tensorByteCount, sha256: $0.digest)
      }
    }

    var text: String {
      var lines = [
        name.padded(to: 14) + summary,
        "".padded(to: 14) + "\(code), recipe \(recipe)"
          + (other_recipes.isEmpty ? "" : " (or \(other_recipes.joined(separator: ", ")))"),
      ]
      for file in files {
        var line = "".padded(to: 14) + "needs \(file.name)"
        if let bytes = file.tensor_bytes { line += ", about \(Wording.bytes(bytes)) of fp32" }
        if let digest = file.sha256 { line += ", sha256 \(digest)" }
        lines.append(line)
      }
      return lines.joined(separator: "\n")
    }
  }
}
