import ArgumentParser
import TokenFiles

/// `tessera tokens split`: one file to several.
struct TokensSplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Divide a token file into several.",
    usage: "tessera tokens split <file> (--rows <n> | --parts <n>) --out <out>",
    discussion: """
      Part i of n is called NAME-0000i-of-0000n.tessera, counted from 0. A reject goes with the row \
      that follows it, those behind the last row with the last part; 'tokens merge' puts the parts \
      together again. Chunks that lie in one part are copied as they are stored; rows of chunks \
      that are divided are stored anew.

      EXAMPLES
        tessera tokens split all.tessera --parts 16 -o parts
        tessera tokens split all.tessera --rows 51200 -o parts
      """)

  @Argument(help: "The token file.")
  var file: String

  @Option(help: ArgumentHelp("Rows in every part but the last.", valueName: "n"))
  var rows: Int?

  @Option(
    help: ArgumentHelp("Number of parts, whose rows differ by one at most.", valueName: "n"))
  var parts: Int?

  @Option(name: [.short, .customLong("out")], help: "The folder to write to.")
  var output: String

  @OptionGroup var options: OutputOptions

  func validate() throws {
    guard (rows == nil) != (parts == nil) else {
      throw ValidationError("give either --rows or --parts")
    }
    guard rows ?? parts ?? 0 > 0 else { throw ValidationError("a part needs at least one row") }
    guard parts ?? 0 <= 99_999 else { throw ValidationError("--parts allows at most 99999") }
  }

  func run() throws {
    let source = try TokenFile(contentsOf: file)
    let ranges = try ranges(of: source.count)
    let name = FileNames.last(of: file)
    let stem = name.hasSuffix(".tessera") ? String(name.dropLast(".tessera".count)) : name
    let paths = ranges.indices.map { part in
      OutputPlace.join(
        output, "\(stem)-\(Self.digits(part))-of-\(Self.digits(ranges.count)).tessera")
    }
    for path in paths { try OutputPlace.refuseExisting(path) }
    try OutputPlace.makeFolder(output)
    for (path, rows) in zip(paths, ranges) {
      let report = try TokenFileWriter.write(to: path, header: source.header) {
        (writer: inout TokenFileWriter) throws(TokenFileError) -> CopyReport in
        let count = try writer.append(contentsOf: source, rows: rows)
        var report = CopyReport(file: path, rows: writer.rowCount, rejects: writer.rejectCount)
        report.add(count)
        return report
      }
      Console.result(options.json ? Console.json(report) : report.text)
    }
  }

  /// The rows of each part, at least one part.
  private func ranges(of count: Int) throws -> [Range<Int>] {
    if let rows {
      let starts = Array(stride(from: 0, to: max(count, 1), by: rows))
      guard starts.count <= 99_999 else {
        throw CommandFailure.usage("--rows \(rows) makes \(starts.count) parts, more than 99999")
      }
      return starts.map { $0..<min($0 + rows, count) }
    }
    let parts = parts ?? 1
    return (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
  }

  private static func digits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 5 - text.count)) + text
  }
}
