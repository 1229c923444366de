public import ArgumentParser
import Pipelines
import TokenBridges
import TokenFiles
import Tokens

/// `tessera tokens export`: rows in the formats of other programs.
struct TokensExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the rows of a token file for another program.",
    usage: "tessera tokens export <file> --to <to> --out <out> [<options>]",
    discussion: """
      npy: a folder with image.npy ([rows, height, width], the smallest unsigned type; a file for \
      each row where grids differ in size), rows.jsonl with everything else, rejects.jsonl and \
      header.json; 'tessera tokens import' makes the same token file of it again. jsonl: a line for \
      each row. webdataset: a tar file with NAME.npy, NAME.txt (a caption on each line) and \
      NAME.json. megatron: OUT.bin and OUT.idx. cogdata: int32 ids without a header.

      A row of megatron or cogdata is the row's image tokens; with --text-length the tokens of \
      column caption_ids before them; or, with --layout, a training row as 'tessera sequence build' \
      makes it. Parquet: Formats/readers/tessera_parquet.py.

      EXAMPLES
        tessera tokens export photographs.tessera --to npy -o photographs
        tessera tokens export photographs.tessera --to webdataset -o photographs.tar
        tessera tokens export a.tessera --to megatron --id-offset 50000 -o train
        tessera tokens export a.tessera --to cogdata --layout cogview2 -o a.bin
      """)

  @Argument(help: "The token file.")
  var file: String

  @Option(help: "npy, megatron, webdataset, cogdata or jsonl.")
  var to: TokenExporter.Format

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: "The file or folder to make; nothing that exists is replaced.")
  var out: String

  @Option(help: ArgumentHelp("Which rows, counted from 0: A..<B or A...B.", valueName: "a..<b"))
  var rows: RowRange?

  @Option(help: ArgumentHelp("Added to every image token.", valueName: "n"))
  var idOffset = 0

  @Option(
    help: ArgumentHelp("Places for text before the image tokens of a row.", valueName: "n"))
  var textLength = 0

  @Option(
    help: ArgumentHelp("What fills places for text that are left.", valueName: "id"))
  var padding: TokenID = -1

  @Option(
    help: ArgumentHelp(
      "A row of this layout instead (see 'tessera sequence list').", valueName: "name"))
  var layout: String?

  @Option(
    help: ArgumentHelp("The text model of the layout.", valueName: "file"))
  var text: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    let isIDs = to == .megatron || to == .cogdata
    if !isIDs, idOffset != 0 || textLength != 0 || layout != nil {
      throw ValidationError("--\(to.rawValue) rows hold no ids; see --to megatron and cogdata")
    }
    if layout != nil, idOffset != 0 || textLength != 0 {
      throw ValidationError("--layout says where text and image tokens lie")
    }
    if layout == nil, text != nil { throw ValidationError("--text needs --layout") }
    if let layout, !SequenceLayout.names.contains(layout) {
      throw ValidationError(
        "--layout \(layout): no such layout; known are "
          + SequenceLayout.names.joined(separator: ", "))
    }
    if idOffset < 0 || textLength < 0 {
      throw ValidationError("--id-offset and --text-length are not negative")
    }
  }

  func run() throws {
    let source = try TokenFile(contentsOf: file)
    let range = try rows.map { try $0.resolved(in: source, path: file) }
    var exporter = TokenExporter(to)
    if to == .megatron || to == .cogdata { exporter.ids = try ids(source.header) }
    let written = try exporter.export(source, to: out, rows: range)
    let summary = Summary(
      file: file, format: to.rawValue, rows: range?.count ?? source.count, files: written)
    Console.result(output.json ? Console.json(summary) : Console.printable(summary.text))
  }

  private func ids(_ header: TokenFileHeader) throws -> RowIDs {
    guard let layout else {
      return try .plain(
        header, textLength: textLength, padding: padding, idOffset: idOffset)
    }
    let standard = SequenceLayout.ICEIDs()
    let model = try TextModel(
      path: text, layout: layout, imageCodes: standard.imageVocabularySize)
    let rows = try SequenceLayout(named: layout, ice: model.iceIDs ?? standard)
    return .layout(rows, header, asInputs: to == .cogdata) {
      row throws(BridgeError) in model.encode(row.captions.first ?? "")
    }
  }

  private struct Summary: Encodable {
    let file: String
    let format: String
    let rows: Int
    let files: [String]

    var text: String {
      "\(files.joined(separator: ", ")): \(Wording.count(rows, "row")) of \(file)"
    }
  }
}

extension TokenExporter.Format: ExpressibleByArgument {}
