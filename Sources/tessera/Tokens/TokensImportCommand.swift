public import ArgumentParser
import ImageCodecs
public import TokenBridges
import TokenFiles
import Tokens

/// `tessera tokens import`: a token file of what other programs wrote.
struct TokensImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a token file of tokens that another program wrote.",
    discussion: """
      npy: one array of all rows, or a folder that 'tessera tokens export --to npy' made. llamagen: \
      a folder NAME_codes with an .npy for each picture, and NAME_labels beside it. cogdata: int32 \
      ids without a header. Tokens say nothing about their codec: --like takes codec, recipe and \
      columns from another token file, --codec (with --weights) from a codec.

      An input that cannot be used, a token beyond the codebook say, becomes a reject row with its \
      reason. Python objects in .npy files are refused, never loaded.

      EXAMPLES
        tessera tokens import codes.npy -o codes.tessera --codec default
        tessera tokens import imagenet256_codes -o new.tessera --like vq16.tessera
        tessera tokens import rows.bin -o rows.tessera --codec default --grid 20x20
        tessera tokens import photographs -o again.tessera
      """)

  @Argument(help: "The array, file of ids or folder to read.")
  var input: String

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: "The token file to make; one that exists is not replaced.")
  var out: String

  @Option(help: "npy, llamagen or cogdata; told from the name when left out.")
  var from: TokenImporter.Source?

  @Option(
    help: ArgumentHelp(
      "A token file of the same codec, recipe and columns.", valueName: "tokens"))
  var like: String?

  @OptionGroup var codec: CodecOptionGroup

  @Option(
    help: ArgumentHelp(
      "Rows and columns of a grid, where the input does not say them; several with commas, "
        + "smallest first, for cogdata.", valueName: "hxw"))
  var grid: GridShapes?

  @Option(
    help: ArgumentHelp(
      "npy: a line of JSON for each row with key, captions, source_size and members that become "
        + "columns.", valueName: "jsonl"))
  var lines: String?

  @Option(help: ArgumentHelp("cogdata: places for text at the start of a row.", valueName: "n"))
  var textLength = 0

  @Option(help: ArgumentHelp("cogdata: what fills places for text.", valueName: "id"))
  var padding: TokenID = -1

  @Option(help: ArgumentHelp("cogdata: ids of text lie below it.", valueName: "n"))
  var textVocabulary: Int?

  @Option(help: ArgumentHelp("cogdata: what was added to image tokens.", valueName: "n"))
  var idOffset = 0

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if idOffset < 0 || textLength < 0 {
      throw ValidationError("--id-offset and --text-length are not negative")
    }
    if like != nil, codec.codec != nil || !codec.weights.isEmpty {
      throw ValidationError("--like and --codec both name the codec")
    }
  }

  func run() throws {
    var importer = try importer()
    importer.options.grids = grid?.shapes ?? []
    importer.options.lines = lines
    importer.options.textLength = textLength
    importer.options.padding = padding
    importer.options.textVocabularySize = textVocabulary
    importer.options.idOffset = idOffset
    let report = try importer.run(input, to: out, from: from)
    let summary = Summary(
      file: out, rows: report.rowCount, rejects: report.rejectCount, codes: report.rejectCodes)
    Console.result(output.json ? Console.json(summary) : Console.printable(summary.text))
    if report.rowCount == 0, report.rejectCount > 0 {
      throw CommandFailure(
        .inputUnusable,
        "\(out): every input was rejected; see 'tessera tokens info --rejects \(out)'")
    }
  }

  private func importer() throws -> TokenImporter {
    if let like { return TokenImporter(like: try TokenFile(contentsOf: like).header) }
    guard codec.codec != nil || !codec.weights.isEmpty else { return TokenImporter() }
    return TokenImporter(codec: try codec.load().codec.identity)
  }

  private struct Summary: Encodable {
    let file: String
    let rows: Int
    let rejects: Int
    let codes: [String: Int]

    var text: String {
      let reasons = codes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      return "\(file): \(Wording.count(rows, "row")), \(Wording.count(rejects, "reject"))"
        + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))")
    }
  }
}

/// `--grid`: `HxW` or several with commas.
struct GridShapes: ExpressibleByArgument {
  let shapes: [GridShape]

  init?(argument: String) {
    shapes = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { part in
      let sides = part.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard sides.count == 2, let height = sides[0], let width = sides[1] else { return nil }
      return GridShape(height: height, width: width)
    }
    guard shapes.count == argument.split(separator: ",", omittingEmptySubsequences: false).count
    else { return nil }
  }
}

extension TokenImporter.Source: ExpressibleByArgument {}
