import ArgumentParser
import Pipelines
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
    abstract: "List the layouts, with their lengths, vocabularies and what each needs.",
    discussion: """
      Every token file that a layout needs holds one grid for each row, coarse before fine; a grid \
      of 20x20 tokens is a picture of 160x160 pixels for a codec of 8 pixels a token, and so on.

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
    let text_model: String
    let takes_second_text: Bool
    let codebook_size: Int
    let text_ids: [Int]
    let vocabulary_size: Int

    init(_ layout: SequenceLayout) {
      name = layout.name
      summary = layout.summary
      length = layout.length
      grids = layout.grids.map { [$0.height, $0.width] }
      text_model = layout.textModel.rawValue
      takes_second_text = layout.takesSecondText
      codebook_size = layout.codebookSize
      text_ids = [layout.textIDs.lowerBound, layout.textIDs.upperBound]
      vocabulary_size = layout.vocabularySize
    }

    var text: String {
      let shapes = grids.map { "\($0[0])x\($0[1])" }.joined(separator: " and ")
      var lines = [
        summary,
        "rows of \(Wording.count(length)), \(Wording.count(codebook_size)) codes, "
          + "\(Wording.count(vocabulary_size)) ids in all",
        grids.count == 1
          ? "needs a token file of \(shapes) tokens"
          : "needs token files of \(shapes) tokens, in this order",
        text_model == SequenceLayout.TextModel.ice.rawValue
          ? "text by an ICE vocabulary: the embedded one, or --text"
          : "text by a \(text_model) model (--text), or --text-ids",
      ]
      if takes_second_text { lines.append("and a second text, with --second-caption") }
      return name.padded(to: 18) + lines.joined(separator: "\n" + "".padded(to: 18))
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
  func load(_ text: TextModel?) throws -> SequenceLayout {
    do {
      return try SequenceLayout(
        named: layout,
        ice: text?.iceIDs ?? SequenceLayout.ICEIDs(imageVocabularySize: imageCodes), round: round)
    } catch {
      throw CommandFailure(.usage, "\(error)")
    }
  }
}
