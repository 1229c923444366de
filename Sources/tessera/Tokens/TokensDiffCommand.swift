import ArgumentParser
import ImageFiles
import ImageMetrics
import RasterImages
import TokenFiles

/// `tessera tokens diff`: how two files differ.
struct TokensDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare the codes of two token files.",
    usage: "tessera tokens diff <first> <second> [<options>]",
    discussion: """
      Rows are matched by key, in whatever order they stand. Prints how many codes differ, in which \
      rows and columns, and where headers disagree; --picture paints how often each place of the \
      grid differs. Files of two codebooks are refused: their codes cannot be compared.

      Status 0 when all rows are equal, 1 when they differ, 65 when a file cannot be used.

      EXAMPLES
        tessera tokens diff balanced.tessera fast.tessera
        tessera tokens diff a.tessera b.tessera --picture where.png --json
      """)

  @Argument(help: "The first token file.")
  var first: String

  @Argument(help: "The second token file.")
  var second: String

  @Option(help: ArgumentHelp("The grid column whose codes are compared.", valueName: "name"))
  var column = TokenFileColumn.imageName

  @Option(
    help: ArgumentHelp(
      "Write a PNG: black where codes never differ, pale yellow where they differ most often.",
      valueName: "file"))
  var picture: String?

  @Option(
    help: ArgumentHelp("Rows to list, those with most differing codes first.", valueName: "n"))
  var limit = 10

  @OptionGroup var options: OutputOptions

  func validate() throws {
    guard limit >= 0 else { throw ValidationError("--limit cannot be negative") }
  }

  func run() throws {
    if let picture { try OutputPlace.refuseExisting(picture) }
    let left = try TokenFile(contentsOf: first)
    let right = try TokenFile(contentsOf: second)
    let comparison: TokenFileComparison
    do throws(TokenFileError) {
      comparison = try TokenFileComparison(left, right, column: column)
    } catch {
      // Status 1 says that rows differ.
      guard case .headersDiffer = error.reason else { throw error }
      throw CommandFailure(.inputUnusable, "\(error)")
    }
    if let picture {
      guard let painted = Self.paint(comparison) else {
        throw CommandFailure(
          .inputUnusable, "--picture: the grids of column \(column) differ in size")
      }
      try OutputPlace.replace(picture, with: ImageFile.encode(painted, as: .png()))
    }
    let report = try DiffReport(comparison, left, paths: (first, second), limit: limit)
    Console.result(options.json ? Console.json(report) : report.text)
    if !comparison.isEqual { throw CommandFailure(.failed, nil) }
  }

  /// How often codes differ, one square for each place, about 512 pixels wide.
  private static func paint(_ comparison: TokenFileComparison) -> RasterImage? {
    guard let counts = comparison.differencesByPlace,
      case .grid(let height, let width, _) = comparison.column.kind
    else { return nil }
    let side = max(1, 512 / max(height, width))
    let scale = Double(max(1, counts.max() ?? 1))
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * width * height * side * side)
    for y in 0..<height * side {
      for x in 0..<width * side {
        let color = ColorMap.color(at: Double(counts[y / side * width + x / side]) / scale)
        pixels += [color.red, color.green, color.blue]
      }
    }
    return RasterImage(width: width * side, height: height * side, pixels: pixels)
  }
}

/// What `tokens diff` says.
struct DiffReport: Encodable {
  private struct Row: Encodable {
    let key: String
    let first: Int
    let second: Int
    /// Nil where the grids are of different sizes.
    let differing_codes: Int?
  }

  private let first: String
  private let second: String
  private let headers: [String]
  private let matched_rows: Int
  private let only_in_first: Int
  private let only_in_second: Int
  private let unequal_rows: Int
  private let rows_with_other_codes: Int
  private let reshaped_rows: Int
  private let codes: Int
  private let differing_codes: Int
  /// How often each place differs, row-major.
  private let by_place: [Int]?
  private let by_column: [String: Int]
  private let keys_only_in_first: [String]
  private let rows: [Row]

  init(
    _ comparison: TokenFileComparison, _ file: TokenFile, paths: (String, String), limit: Int
  ) throws {
    (first, second) = paths
    headers = comparison.headerDifferences
    matched_rows = comparison.matchedRowCount
    only_in_first = comparison.onlyInFirst.count
    only_in_second = comparison.onlyInSecond.count
    unequal_rows = comparison.unequalRows.count
    let recoded = comparison.unequalRows.filter { $0.differingCodeCount != 0 }
    rows_with_other_codes = recoded.count
    reshaped_rows = comparison.reshapedRowCount
    codes = comparison.codeCount
    differing_codes = comparison.differingCodeCount
    by_place = comparison.differencesByPlace
    by_column = comparison.differencesByColumn
    keys_only_in_first = try comparison.onlyInFirst.prefix(limit).map { try file.row(at: $0).key }
    rows =
      try recoded
      .sorted {
        ($1.differingCodeCount ?? .max, $0.first) < ($0.differingCodeCount ?? .max, $1.first)
      }
      .prefix(limit)
      .map {
        Row(
          key: try file.row(at: $0.first).key, first: $0.first, second: $0.second,
          differing_codes: $0.differingCodeCount)
      }
  }

  /// A few lines for people.
  var text: String {
    var lines = headers.map { "header: \($0)" }
    lines.append(
      "\(Wording.count(matched_rows, "row")) matched by key, \(Wording.count(only_in_first)) only in "
        + "\(first), \(Wording.count(only_in_second)) only in \(second)")
    let share = codes == 0 ? 0 : 100 * Double(differing_codes) / Double(codes)
    lines.append(
      "\(Wording.count(differing_codes)) of \(Wording.count(codes, "code")) differ "
        + "(\(Wording.decimal(share, digits: 4)) %), in \(Wording.count(rows_with_other_codes, "row"))"
    )
    if reshaped_rows > 0 {
      lines.append("\(Wording.count(reshaped_rows, "row")) with grids of different sizes")
    }
    for (column, count) in by_column.sorted(by: { $0.key < $1.key }) {
      lines.append("column \(column) differs in \(Wording.count(count, "row"))")
    }
    for row in rows {
      let count = row.differing_codes.map { Wording.count($0, "code") } ?? "another size"
      lines.append("  row \(row.first) and \(row.second): \(count)  \(row.key)")
    }
    if rows.count < rows_with_other_codes {
      lines.append(
        "  and \(Wording.count(rows_with_other_codes - rows.count, "row")) more (--limit)")
    }
    for key in keys_only_in_first { lines.append("  only in \(first): \(key)") }
    return lines.map(Console.printable).joined(separator: "\n")
  }
}
