import ArgumentParser
import SentencePieces
import UnifiedTokenizer

/// `tessera ice train`: a vocabulary in the ICE layout.
struct ICETrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a vocabulary in the ICE layout on text of two or more languages.",
    usage: "tessera ice train <files> ... --vocab-size <n> --out <out> [<options>]",
    discussion: """
      Give one file of lines for each language. The files are sampled evenly, balanced to the same \
      number of characters and shuffled; the same files and seed give the same bytes. Beside the \
      model, NAME.json says which ids are English, which Chinese, and so on.

      EXAMPLES
        tessera ice train zh.txt en.txt --vocab-size 16000 -o my_ice.model
        tessera ice train zh.txt en.txt --vocab-size 130000 -o my_ice.model --seed 7
      """)

  @Argument(help: "Text files, one line of text each line, one file for each language.")
  var files: [String]

  @Option(help: ArgumentHelp("Text pieces, the five marks included.", valueName: "n"))
  var vocabSize: Int

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: "The model file; the layout goes to the same name with .json.")
  var out: String

  @Option(help: ArgumentHelp("Where the drawing of lines starts.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Lines kept in memory from each file at most.", valueName: "n"))
  var linesPerFile = 500_000

  @Option(
    help: ArgumentHelp("Share of the text's characters that become pieces.", valueName: "f"))
  var coverage = 0.9995

  @Option(help: ArgumentHelp("Ids set aside for image codes.", valueName: "n"))
  var imageCodes = ICETokenizer.icetkImageVocabularySize

  @Flag(inversion: .prefixedNo, help: "Take as many characters from each file as the smallest has.")
  var balance = true

  @OptionGroup var output: OutputOptions

  func run() throws {
    var options = ICETrainingOptions()
    options.vocabularySize = vocabSize
    options.characterCoverage = coverage
    options.linesPerCorpus = linesPerFile
    options.isBalanced = balance
    options.seed = seed
    options.imageVocabularySize = imageCodes
    let corpora = try files.map { try LineReader(path: $0) }
    let result = try ICEModelOptions.reportingErrors {
      try ICETokenizer.train(on: corpora, options: options)
    }
    for corpus in corpora { if let failure = corpus.failure { throw failure } }
    let side = (out.hasSuffix(".model") ? String(out.dropLast(6)) : out) + ".json"
    try OutputPlace.replace(out, with: result.tokenizer.text.model.serialized())
    try OutputPlace.replace(side, with: Array(result.layout.json.utf8))
    Console.result(output.json ? result.layout.json : text(result, side))
  }

  private func text(_ result: ICETrainingResult, _ side: String) -> String {
    var lines = [
      "model".padded(to: 10) + "\(out), \(Wording.count(result.tokenizer.text.pieceCount)) pieces",
      "layout".padded(to: 10) + side,
    ]
    for (index, file) in files.enumerated() {
      lines.append(
        "text".padded(to: 10)
          + "\(file): \(Wording.count(result.characterCounts[index], "character")) in "
          + "\(Wording.count(result.usedLineCounts[index])) of "
          + Wording.count(result.lineCounts[index], "line"))
    }
    for kind in ICELayout.Kind.allCases where !result.layout[kind].isEmpty {
      let range = result.layout[kind]
      lines.append(
        kind.rawValue.padded(to: 10) + "[\(range.lowerBound), \(range.upperBound))".padded(to: 18)
          + Wording.count(range.count, "id"))
    }
    lines.append(
      "verified".padded(to: 10)
        + "\(Wording.count(result.verifiedLineCount, "line")) segmented alike before and after "
        + "re-ordering")
    return lines.joined(separator: "\n")
  }
}
