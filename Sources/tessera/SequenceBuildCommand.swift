import ArgumentParser
import Pipelines
import TokenFiles
import Tokens

/// `tessera sequence build`: token files with captions to training rows.
struct SequenceBuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build training rows from token files with captions.",
    usage: "tessera sequence build <files> ... --layout <name> -o <out> [<options>]",
    discussion: """
      One token file for each picture of the layout, coarse before fine; their rows must have the \
      same keys. Captions are encoded with --text (a byte-pair model for ruDALL-E, RUDOLPH and \
      DALL-E, whose captions are put in lower case first; a sentencepiece model for CogView; an ICE \
      vocabulary for CogView2, the embedded one when it is left out), or come as ids, one line each \
      row, with --text-ids. Without either, ids that 'encode --text' stored are taken where they are \
      the layout's own (for ruDALL-E and its kin those of --text-lowercase).

      npy writes a folder with ids.npy, inputs.npy and positions.npy (int32, rows x length) and \
      keys.txt; megatron writes OUT.bin and OUT.idx with the ids; tessera writes the token file \
      again with the columns sequence_ids, sequence_inputs and sequence_positions (CogView's inputs \
      hold -1 and are left out).

      EXAMPLES
        tessera sequence build pictures.tessera --layout cogview2 -o rows
        tessera sequence build pictures.tessera --layout rudalle --text bpe.model -o rows
        tessera sequence build pictures.tessera --layout rudolph-350m --text-ids left.ids \
      --second-text-ids right.ids -o rows
        tessera sequence build coarse.tessera fine.tessera --layout cogview2-dsr --to megatron \
      -o rows
      """)

  @Argument(help: "Token files, one for each picture of a row.")
  var files: [String]

  @OptionGroup var layoutOptions: SequenceLayoutOptions

  @Option(help: ArgumentHelp("The text model of the layout.", valueName: "file"))
  var text: String?

  @Option(
    help: ArgumentHelp("Ids of the captions instead: a line for each row.", valueName: "file"))
  var textIds: String?

  @Option(
    help: ArgumentHelp(
      "Ids of the second text (RUDOLPH's right one, CogView2's other language).",
      valueName: "file"))
  var secondTextIds: String?

  @Flag(help: "Take each row's second caption as its second text.")
  var secondCaption = false

  @Option(
    name: [.customShort("o"), .customLong("out")], help: "Where the rows go.")
  var out: String

  @Option(help: "npy, megatron or tessera.")
  var to = SequenceOutput.Format.npy

  @OptionGroup var output: OutputOptions

  func run() throws {
    let sources = try files.map { try TokenFile(contentsOf: $0) }
    let stored = storedTokenizer(sources[0].header)
    let needsModel = stored == nil || layoutOptions.layout.hasPrefix("cogview2")
    let model =
      textIds == nil && needsModel
      ? try TextModel(
        path: text, layout: layoutOptions.layout, imageCodes: layoutOptions.imageCodes) : nil
    if secondCaption, model == nil, stored == nil {
      throw CommandFailure.usage("--second-caption needs captions as text; give --second-text-ids")
    }
    let layout = try layoutOptions.load(model)
    try check(sources, layout)
    let firstIDs = try textIds.map { try IDLines(path: $0) }
    let secondIDs = try secondTextIds.map { try IDLines(path: $0) }
    var writer = try SequenceOutput(
      to, out, layout: layout, count: sources[0].count, header: sources[0].header)
    for position in 0..<sources[0].count {
      let row = try sources[0].row(at: position)
      var grids = [row.grid]
      for (file, source) in zip(files.dropFirst(), sources.dropFirst()) {
        let other = try source.row(at: position)
        guard other.key == row.key else {
          throw CommandFailure(
            .inputUnusable,
            "row \(position): \(files[0]) has key '\(row.key)', \(file) has '\(other.key)'")
        }
        grids.append(other.grid)
      }
      let storedIDs = stored.flatMap { row.captionIDs($0) }
      var parts = SequenceParts(
        text: try firstIDs?.next(row: position) ?? storedIDs?.first
          ?? model?.encode(row.captions.first ?? "") ?? [],
        grids: grids)
      if secondIDs != nil {
        parts.secondText = try secondIDs?.next(row: position)
      } else if secondCaption, row.captions.count > 1 {
        parts.secondText = storedIDs?[1] ?? model?.encode(row.captions[1])
      }
      do {
        try writer.append(try layout.build(parts), row)
      } catch let error as SequenceError {
        throw CommandFailure(.inputUnusable, "row \(position) ('\(row.key)'): \(error)")
      }
    }
    try firstIDs?.finish(rows: sources[0].count)
    try secondIDs?.finish(rows: sources[0].count)
    let written = try writer.finish()
    let summary = Summary(
      layout: layout.name, rows: sources[0].count, length: layout.length,
      vocabulary_size: layout.vocabularySize, files: written)
    Console.result(output.json ? Console.json(summary) : summary.text)
  }

  /// The tokenizer of caption ids that the file holds, if they are to be used.
  private func storedTokenizer(_ header: TokenFileHeader) -> TokenFileHeader.TextTokenizer? {
    guard text == nil, textIds == nil,
      TextModel.storesIDs(header, forLayout: layoutOptions.layout)
    else { return nil }
    return header.textTokenizer
  }

  private func check(_ sources: [TokenFile], _ layout: SequenceLayout) throws {
    guard sources.count == layout.grids.count else {
      throw CommandFailure.usage(
        "layout \(layout.name) takes \(Wording.count(layout.grids.count, "token file")), not "
          + "\(sources.count)")
    }
    for (file, source) in zip(files, sources) where source.count != sources[0].count {
      throw CommandFailure(
        .inputUnusable,
        "\(file) has \(source.count) rows, \(files[0]) has \(sources[0].count)")
    }
    if secondCaption || secondTextIds != nil, !layout.takesSecondText {
      throw CommandFailure.usage("layout \(layout.name) has no place for a second text")
    }
  }

  private struct Summary: Encodable {
    let layout: String
    let rows: Int
    let length: Int
    let vocabulary_size: Int
    let files: [String]

    var text: String {
      "\(Wording.count(rows, "row")) of \(length) ids (\(layout), "
        + "\(Wording.count(vocabulary_size)) ids in all): \(files.joined(separator: ", "))"
    }
  }
}

/// A file with a line of ids for each row.
struct IDLines {
  private let path: String
  private let lines: LineReader

  init(path: String) throws {
    self.path = path
    lines = try LineReader(path: path)
  }

  func next(row: Int) throws -> [TokenID] {
    guard let line = lines.next() else {
      if let failure = lines.failure { throw failure }
      throw CommandFailure(.inputUnusable, "\(path): there is no line for row \(row)")
    }
    return try Self.ids(line, "\(path), line \(row + 1)")
  }

  func finish(rows: Int) throws {
    if lines.next() != nil {
      throw CommandFailure(.inputUnusable, "\(path): has more than \(rows) lines")
    }
  }

  static func ids(_ line: String, _ place: String) throws -> [TokenID] {
    try line.split(whereSeparator: { " \t\r,[]".contains($0) }).map {
      guard let id = TokenID($0) else {
        throw CommandFailure(.inputUnusable, "\(place): '\($0.prefix(40))' is no id")
      }
      return id
    }
  }
}
