import ArgumentParser
import TokenFiles

/// `tessera tokens select`: some rows of a file.
struct TokensSelectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "select",
    abstract: "Write some rows of a token file to a new one.",
    usage: "tessera tokens select <file> --out <out> [<options>]",
    discussion: """
      Rows keep their order; rejects are left out. Chunks that are taken whole are copied as they \
      are stored. Of a key that stands more than once all rows are taken; a key that the file does \
      not have is an error unless --skip-missing is given.

      EXAMPLES
        tessera tokens select all.tessera --rows 1000..<2000 -o some.tessera
        tessera tokens select all.tessera --keys validation.txt -o validation.tessera
      """)

  @Argument(help: "The token file.")
  var file: String

  @Option(help: ArgumentHelp("Which rows, counted from 0: A..<B or A...B.", valueName: "a..<b"))
  var rows: RowRange?

  @Option(help: ArgumentHelp("A file with one key per line; - reads them from standard input."))
  var keys: String?

  @Flag(help: "Pass over keys that the file does not have.")
  var skipMissing = false

  @Option(name: [.short, .customLong("out")], help: "The file to write.")
  var output: String

  @OptionGroup var options: OutputOptions

  func validate() throws {
    guard (rows == nil) != (keys == nil) else {
      throw ValidationError("give either --rows or --keys")
    }
  }

  func run() throws {
    try OutputPlace.refuseExisting(output)
    let source = try TokenFile(contentsOf: file)
    let ranges =
      try rows.map { [try $0.resolved(in: source, path: file)] } ?? chosen(by: keys ?? "", source)
    let report = try TokenFileWriter.write(to: output, header: source.header) {
      (writer: inout TokenFileWriter) throws(TokenFileError) -> CopyReport in
      var counts: [TokenFileWriter.CopyCount] = []
      for range in ranges {
        counts.append(
          try writer.append(contentsOf: source, rows: range, keepingRejects: false))
      }
      var report = CopyReport(file: output, rows: writer.rowCount, rejects: 0)
      for count in counts { report.add(count) }
      return report
    }
    if source.rejectCount > 0 {
      Console.note("note: \(Wording.count(source.rejectCount, "reject")) of \(file) left out")
    }
    Console.result(options.json ? Console.json(report) : report.text)
  }

  /// Runs of rows whose keys are in the list.
  private func chosen(by list: String, _ source: TokenFile) throws -> [Range<Int>] {
    var missing = Set(try InputList.lines(of: list))
    let wanted = missing
    var ranges: [Range<Int>] = []
    var row = 0
    for chunk in 0..<source.chunkCount {
      for key in try source.keys(inChunk: chunk) {
        if wanted.contains(key) {
          missing.remove(key)
          if ranges.last?.upperBound == row {
            ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<row + 1
          } else {
            ranges.append(row..<row + 1)
          }
        }
        row += 1
      }
    }
    if let first = missing.min() {
      let line =
        "\(file): \(Wording.count(missing.count, "key")) of \(list) not in it, \"\(first)\" first"
      guard skipMissing else {
        throw CommandFailure(.inputUnusable, line + "; --skip-missing passes over them")
      }
      Console.note("note: " + line)
    }
    return ranges
  }
}
