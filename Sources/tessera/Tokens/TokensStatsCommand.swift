import ArgumentParser
import ImageMetrics
import Pipelines
import TokenFiles

/// `tessera tokens stats`: what is in a file, in numbers.
struct TokensStatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Count how codes and captions are distributed.",
    discussion: """
      Usage of the codebook (entropy, perplexity, codes never used), bits per token as stored, \
      lengths of captions in characters and tokens, and rows whose key or grid an earlier row has. \
      Reads every row.

      EXAMPLES
        tessera tokens stats photographs.tessera
        tessera tokens stats photographs.tessera --usage --json
      """)

  @Argument(help: "The token file.")
  var file: String

  @Option(help: ArgumentHelp("The grid column whose codes are counted.", valueName: "name"))
  var column = TokenFileColumn.imageName

  @Flag(help: "With --json: how often each code is used.")
  var usage = false

  @OptionGroup var options: OutputOptions

  func run() throws {
    let tokens = try TokenFile(contentsOf: file)
    let statistics = try TokenFileStatistics(of: tokens, column: column)
    let report = StatsReport(statistics, tokens, path: file, includesUsage: usage)
    Console.result(options.json ? Console.json(report) : report.text)
  }
}

/// What `tokens stats` says.
struct StatsReport: Encodable {
  private struct Lengths: Encodable {
    let count: Int
    let sum: Int
    let least: Int?
    let median: Int?
    let mean: Double?
    let percentile_95: Int?
    let most: Int?

    init(_ summary: LengthSummary) {
      count = summary.count
      sum = summary.sum
      least = summary.least
      median = summary.quantile(0.5)
      mean = summary.mean
      percentile_95 = summary.quantile(0.95)
      most = summary.most
    }

    var text: String {
      guard let least, let median, let mean, let percentile_95, let most else { return "none" }
      return
        "\(least) to \(most), mean \(Wording.decimal(mean, digits: 1)), median \(median), "
        + "95 % up to \(percentile_95)"
    }
  }

  private let file: String
  private let rows: Int
  private let rejects: Int
  private let bytes: Int
  private let tokens: Int
  private let stored_bytes: Int
  private let stored_bits_per_token: Double?
  private let codebook_size: Int
  private let used_codes: Int
  private let dead_codes: Int
  private let entropy_bits: Double
  private let perplexity: Double
  private let captions_per_row: Lengths?
  private let caption_characters: Lengths?
  private let token_columns: [String: Lengths]
  private let duplicate_keys: Int
  private let duplicate_grids: Int
  private let usage: [Int]?

  init(
    _ statistics: TokenFileStatistics, _ tokens: TokenFile, path: String, includesUsage: Bool
  ) {
    file = path
    rows = tokens.count
    rejects = tokens.rejectCount
    bytes = tokens.byteCount
    self.tokens = statistics.usage.tokenCount
    stored_bytes = statistics.storedByteCount
    stored_bits_per_token = statistics.storedBitsPerToken
    codebook_size = statistics.usage.codebookSize
    used_codes = statistics.usage.usedCodeCount
    dead_codes = statistics.usage.deadCodeCount
    entropy_bits = statistics.usage.entropy
    perplexity = statistics.usage.perplexity
    captions_per_row = statistics.captionsPerRow.map(Lengths.init)
    caption_characters = statistics.captionLengths.map(Lengths.init)
    token_columns = statistics.tokenLengths.mapValues(Lengths.init)
    duplicate_keys = statistics.duplicateKeyCount
    duplicate_grids = statistics.duplicateGridCount
    usage = includesUsage ? statistics.usage.counts : nil
  }

  /// A table for people.
  var text: String {
    var lines: [(String, String)] = [
      ("file", "\(file), \(Wording.bytes(bytes))"),
      ("rows", "\(Wording.count(rows)), and \(Wording.count(rejects, "reject"))"),
      (
        "tokens",
        Wording.count(tokens)
          + (stored_bits_per_token.map {
            ", stored in \(Wording.decimal($0, digits: 2)) bits each"
          } ?? "")
      ),
      (
        "codes",
        "\(Wording.count(used_codes)) of \(Wording.count(codebook_size)) used, "
          + "\(Wording.count(dead_codes)) dead"
      ),
      (
        "entropy",
        "\(Wording.decimal(entropy_bits, digits: 3)) bits, perplexity "
          + Wording.decimal(perplexity, digits: 1)
      ),
    ]
    if let captions_per_row, let caption_characters {
      lines.append(
        ("captions", "\(Wording.count(captions_per_row.sum)), per row \(captions_per_row.text)"))
      lines.append(("length", "in characters: \(caption_characters.text)"))
    }
    for (column, lengths) in token_columns.sorted(by: { $0.key < $1.key }) {
      lines.append(("length", "in tokens of column \(column): \(lengths.text)"))
    }
    lines.append(
      (
        "twice",
        "\(Wording.count(duplicate_keys, "key")), \(Wording.count(duplicate_grids, "grid"))"
      ))
    return lines.map { Console.printable($0.0.padded(to: 10) + $0.1) }.joined(separator: "\n")
  }
}
