import ArgumentParser
import Tokens

/// `tessera sequence`: training rows of the seed systems.
struct SequenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sequence",
    abstract: "Lay text and pictures out as training rows, and take generated rows apart.",
    subcommands: [
      SequenceListCommand.self, SequenceBuildCommand.self, SequenceSplitCommand.self,
    ])
}

/// `tessera sequence list`: the layouts.
struct SequenceListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the layouts, with their lengths and vocabularies.",
    discussion: """
      EXAMPLES
        tessera sequence list
        tessera sequence list --json
      """)

  @OptionGroup var output: OutputOptions

  func run() {
    for layout in SequenceLayout.all() {
      let entry = Entry(layout)
      Console.result(output.json ? Console.json(entry) : entry.text)
    }
  }

  private struct Entry: Encodable {
    let name: String
    let summary: String
    let length: Int
    let grids: [[Int]]
    let codebook_size: Int
    let text_ids: [Int]
    let vocabulary_size: Int

    init(_ layout: SequenceLayout) {
      name = layout.name
      summary = layout.summary
      length = layout.length
      grids = layout.grids.map { [$0.height, $0.width] }
      codebook_size = layout.codebookSize
      text_ids = [layout.textIDs.lowerBound, layout.textIDs.upperBound]
      vocabulary_size = layout.vocabularySize
    }

    var text: String {
      name.padded(to: 18) + summary + "\n"
        + "".padded(to: 18)
        + "rows of \(Wording.count(length)), \(Wording.count(codebook_size)) codes, "
        + "\(Wording.count(vocabulary_size)) ids in all"
    }
  }
}

/// `--layout` and what belongs to it.
struct SequenceLayoutOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The layout: \(SequenceLayout.names.joined(separator: ", ")).", valueName: "name"))
  var layout: String

  @Option(
    help: ArgumentHelp(
      "cogview2-itersr: the round whose places are masked, 1 to 6.",
      valueName: "n"))
  var round = 1

  @Option(
    help: ArgumentHelp(
      "CogView2: ids set aside for image codes in the text model's vocabulary.", valueName: "n"))
  var imageCodes = 20_000

  func validate() throws {
    if !(1...6).contains(round) {
      throw ValidationError("--round must lie in 1...6, not \(round)")
    }
    if !SequenceLayout.names.contains(layout) {
      throw ValidationError(
        "--layout \(layout): no such layout; known are "
          + SequenceLayout.names.joined(separator: ", "))
    }
  }

  /// The layout, with the ids of the text model where it depends on them.
  func load(_ text: SequenceTextModel?) throws -> SequenceLayout {
    do {
      return try SequenceLayout(
        named: layout,
        ice: text?.iceIDs ?? SequenceLayout.ICEIDs(imageVocabularySize: imageCodes), round: round)
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
  }
}
