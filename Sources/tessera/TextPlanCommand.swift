import ArgumentParser
import Corpora
import Datasets
import Pipelines

/// `tessera text`: captions and text models of any family.
struct TextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Look at captions with a text model of any family.",
    subcommands: [TextPlanCommand.self])
}

/// `tessera text plan`: how long captions are, before a run.
struct TextPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show how many ids captions have, and what a maximum length would cut.",
    usage: "tessera text plan <captions> ... --text <model> [<options>]",
    discussion: """
      CAPTIONS are texts with a caption per line, tables, or folders and archives of pictures whose \
      captions 'encode' would read. The format of a file is told from its name (.tsv, .csv, .jsonl, \
      .json for COCO; .gz and .zst behind it are looked through) unless --format says it.

      EXAMPLES
        tessera text plan captions.tsv --text bpe.model
        tessera text plan shards/*.tar --text ice --json
      """)

  @Argument(help: "Caption files, or folders and archives; - is standard input.")
  var captions: [String]

  @Option(
    help: ArgumentHelp(
      "The text model: byte pairs (YTTM), ICE or sentencepiece, told from the file; ice is the "
        + "embedded ICE vocabulary.", valueName: "model"))
  var text: String

  @Option(
    help: ArgumentHelp("Say what the model is: yttm, ice or sentencepiece.", valueName: "family"))
  var textFamily: TextModel.Family?

  @Flag(help: "Put captions in lower case and trim them first, as ruDALL-E does.")
  var textLowercase = false

  @Option(help: ArgumentHelp("Lengths to try.", valueName: "n,n,…"))
  var lengths = LengthList(values: [64, 128, 256])

  @Option(help: "text, tsv, csv, jsonl or coco.")
  var format: Corpus.Format?

  @Option(
    help: ArgumentHelp(
      "Where the caption is: a column number from 1, or a heading or JSON key. Default: 1 for tsv, "
        + "\"caption\" for csv, jsonl and coco."))
  var column: String?

  @OptionGroup var threads: TextThreadOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let model = try TextModel.load(text, family: textFamily, lowercasing: textLowercase)
    Signals.install()
    var tally = CaptionLengths()
    for corpus in try corpora() {
      tally.add(
        try CaptionLengths(
          of: corpus, model: model, threads: threads.count,
          isCancelled: { Signals.status != nil }))
    }
    if let status = Signals.status { throw CommandFailure(status, "interrupted; nothing to show") }
    guard tally.captionCount > 0 else {
      throw CommandFailure(.inputUnusable, "\(captions.joined(separator: ", ")): no caption found")
    }
    let report = TextPlanReport(tally, model: model, name: text, lengths: lengths.values)
    Console.result(output.json ? Console.json(report) : report.text)
  }

  /// Pictures' folders and archives together, and every file of captions by itself.
  private func corpora() throws -> [CaptionCorpus] {
    let place = column.map { text in Int(text).map { Corpus.Column.index($0 - 1) } ?? .name(text) }
    let sources = captions.filter { $0 != "-" && Dataset.isSource($0) }
    var corpora: [CaptionCorpus] = captions.filter { !sources.contains($0) }.map { path in
      .corpus(
        Corpus(
          [path == "-" ? .standardInput : .file(path)],
          format: format ?? Self.format(ofFile: path), column: place))
    }
    if !sources.isEmpty { corpora.append(.shards(try Dataset(inputs: sources).shards)) }
    return corpora
  }

  private static func format(ofFile path: String) -> Corpus.Format {
    var parts = path.lowercased().split(separator: ".")
    if let last = parts.last, ["gz", "zst"].contains(last) { parts.removeLast() }
    switch parts.last {
    case "tsv": return .tsv
    case "csv": return .csv
    case "jsonl", "ndjson": return .jsonl
    case "json": return .coco
    default: return .text
    }
  }
}

/// `--lengths`.
struct LengthList: ExpressibleByArgument, CustomStringConvertible {
  let values: [Int]

  init(values: [Int]) { self.values = values }

  init?(argument: String) {
    values = argument.split(separator: ",").compactMap { Int($0) }
    guard !values.isEmpty, values.allSatisfy({ $0 > 0 }),
      values.count == argument.split(separator: ",", omittingEmptySubsequences: false).count
    else { return nil }
  }

  var description: String { values.map(String.init).joined(separator: ",") }
}

/// What `tessera text plan` prints.
private struct TextPlanReport: Encodable {
  struct Cut: Encodable {
    let length: Int
    let captions: Int
    let ids: Int
  }

  let text_model: String
  let family: String
  let vocabulary_size: Int
  let captions: Int
  let ids: Int
  let mean: Double
  let quantiles: [String: Int]
  let longest: Int
  let unreadable_samples: Int
  let cuts: [Cut]
  /// Captions by number of ids: pairs, ascending.
  let lengths: [[Int]]

  init(_ tally: CaptionLengths, model: TextModel, name: String, lengths asked: [Int]) {
    text_model = name
    family = model.name
    vocabulary_size = model.vocabularySize
    captions = tally.captionCount
    ids = tally.idCount
    mean = (tally.mean * 1000).rounded() / 1000
    quantiles = [
      "0.5": tally.quantile(0.5), "0.9": tally.quantile(0.9), "0.99": tally.quantile(0.99),
      "0.999": tally.quantile(0.999),
    ]
    longest = tally.longest
    unreadable_samples = tally.unreadableSampleCount
    cuts = asked.map { length in
      let cut = tally.cut(at: length)
      return Cut(length: length, captions: cut.captions, ids: cut.ids)
    }
    lengths = tally.byLength.map { [$0.length, $0.count] }
  }

  var text: String {
    func percent(_ part: Int, of whole: Int) -> String {
      Wording.decimal(100 * Double(part) / Double(max(whole, 1)), digits: 2) + " %"
    }
    var lines = [
      "\(Wording.count(captions, "caption")), \(Wording.count(ids, "id")) of \(text_model) "
        + "(\(family), \(Wording.count(vocabulary_size)) ids in all)",
      "ids per caption: \(Wording.decimal(mean, digits: 1)) on average; half have at most "
        + "\(quantiles["0.5"]!), 90 % \(quantiles["0.9"]!), 99 % \(quantiles["0.99"]!), "
        + "99.9 % \(quantiles["0.999"]!), all \(longest)",
    ]
    for cut in cuts {
      lines.append(
        "a length of \(cut.length) cuts \(Wording.count(cut.captions, "caption")) "
          + "(\(percent(cut.captions, of: captions))), \(percent(cut.ids, of: ids)) of all ids")
    }
    if unreadable_samples > 0 {
      lines.append(
        "not counted: \(Wording.count(unreadable_samples, "sample")) that 'encode' could not read")
    }
    return (lines + histogram).map(Console.printable).joined(separator: "\n")
  }

  /// A bar for every stretch of lengths, at most twenty.
  private var histogram: [String] {
    let width = max(1, (longest + 20) / 20)
    var bars: [Int: Int] = [:]
    for pair in lengths { bars[pair[0] / width, default: 0] += pair[1] }
    let most = bars.values.max() ?? 1
    return bars.keys.sorted().map { bar in
      let count = bars[bar]!
      let range = width == 1 ? "\(bar)" : "\(bar * width)–\(bar * width + width - 1)"
      let length = Int((40 * Double(count) / Double(most)).rounded(.up))
      return "  \(range.padded(to: 10))\(String(repeating: "█", count: length)) "
        + Wording.count(count)
    }
  }
}
