import ArgumentParser
import TokenFiles

/// `tessera tokens salvage`: what is whole in a damaged file.
struct TokensSalvageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "salvage",
    abstract: "Save what is whole in a damaged or unfinished token file.",
    usage: "tessera tokens salvage <file> [--out <out>] [<options>]",
    discussion: """
      Takes every whole chunk and every reject, also behind damage, and writes them to a new file \
      without encoding them again. Prints each damaged range of bytes, what is wrong with it, and \
      which rows are lost. Reads finished files, NAME.partial of a run that was killed, and files \
      to which an append was interrupted. The damaged file stays as it is.

      Without -o it only reports. Status 0 when everything that is whole could be saved, however \
      much is lost; 65 when nothing can be read.

      EXAMPLES
        tessera tokens salvage broken.tessera
        tessera tokens salvage broken.tessera -o rescued.tessera --json
        tessera tokens salvage 7.tessera -o saved.tessera --header-from 8.tessera
      """)

  @Argument(help: "The damaged file.")
  var file: String

  @Option(
    name: [.short, .customLong("out")],
    help: "The file to write; without it nothing is written.")
  var output: String?

  @Option(
    help: ArgumentHelp(
      "A sound file of the same run, for a file whose own header is damaged.", valueName: "file"))
  var headerFrom: String?

  @OptionGroup var options: OutputOptions

  func run() throws {
    if let output { try OutputPlace.refuseExisting(output) }
    let header = try headerFrom.map { try TokenFile(contentsOf: $0).header }
    let salvage = try TokenFileSalvage(contentsOf: file, header: header)
    if let output { try salvage.write(to: output) }
    let report = SalvageReport(salvage, file: file, output: output)
    Console.result(options.json ? Console.json(report) : report.text)
  }
}

/// What `tokens salvage` says.
struct SalvageReport: Encodable {
  private struct Damage: Encodable {
    let first_byte: Int
    /// Behind the last one.
    let end: Int
    let problem: String
  }

  private let file: String
  private let out: String?
  private let bytes: Int
  private let rows: Int
  private let rejects: Int
  private let has_end_mark: Bool
  private let damages: [Damage]
  private let damaged_bytes: Int
  /// Ranges of row numbers in the damaged file: first, and behind the last.
  private let lost_rows: [[Int]]
  private let lost_rejects: [[Int]]

  init(_ salvage: TokenFileSalvage, file: String, output: String?) {
    self.file = file
    out = output
    bytes = salvage.byteCount
    rows = salvage.rowCount
    rejects = salvage.rejectCount
    has_end_mark = salvage.isFinished
    damages = salvage.damages.map {
      Damage(first_byte: $0.bytes.lowerBound, end: $0.bytes.upperBound, problem: $0.problem.problem)
    }
    damaged_bytes = damages.reduce(0) { $0 + $1.end - $1.first_byte }
    lost_rows = salvage.lostRows.map { [$0.lowerBound, $0.upperBound] }
    lost_rejects = salvage.lostRejects.map { [$0.lowerBound, $0.upperBound] }
  }

  /// One line per finding.
  var text: String {
    var lines = damages.map {
      "bytes \($0.first_byte)..<\($0.end) (\(Wording.bytes($0.end - $0.first_byte))): \($0.problem)"
    }
    if !has_end_mark {
      lines.append("no end mark: rows may be missing at the end that nothing here tells of")
    }
    if !lost_rows.isEmpty { lines.append("rows lost: \(Self.list(lost_rows))") }
    if !lost_rejects.isEmpty { lines.append("rejects lost: \(Self.list(lost_rejects))") }
    let place = out.map { " saved to \($0)" } ?? " can be saved"
    lines.append(
      "\(file): \(Wording.count(rows, "row")) and \(Wording.count(rejects, "reject"))\(place); "
        + (damages.isEmpty
          ? "no byte is damaged"
          : "\(Wording.bytes(damaged_bytes)) of \(Wording.bytes(bytes)) in "
            + "\(Wording.count(damages.count, "range")) \(damages.count == 1 ? "is" : "are") damaged")
    )
    return lines.map(Console.printable).joined(separator: "\n")
  }

  private static func list(_ ranges: [[Int]]) -> String {
    ranges.map { "\($0[0])..<\($0[1])" }.joined(separator: ", ")
  }
}
