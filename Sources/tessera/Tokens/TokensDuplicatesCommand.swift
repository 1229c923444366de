import ArgumentParser
import Pipelines

/// `tessera tokens duplicates`: keys that several rows share.
struct TokensDuplicatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicates",
    abstract: "Find keys that several rows share, across token files.",
    discussion: """
      Duplicate keys are kept everywhere; this tells how many there are. 'encode' looks through the \
      files of its own run; after runs of many workers, give their whole folder. Memory: 64 MB for \
      any number of rows.

      EXAMPLES
        tessera tokens duplicates encoded
        tessera tokens duplicates a.tessera b.tessera --json
      """)

  @Argument(help: "Token files, and folders that are searched for them.")
  var files: [String]

  @OptionGroup var output: OutputOptions

  func run() throws {
    let paths = try TokenFileList.paths(files)
    let report = DuplicateReport(try DuplicateKeys(in: paths), files: paths.count)
    Console.result(output.json ? Console.json(report) : report.text)
  }
}

/// Keys that rows share, as they are shown.
struct DuplicateReport: Encodable {
  struct Example: Encodable {
    let key: String
    let first: String
    let second: String
  }

  let files: Int
  let rows: Int
  let duplicates: Int
  let examples: [Example]

  init(_ keys: DuplicateKeys, files: Int) {
    self.files = files
    rows = keys.rowCount
    duplicates = keys.count
    examples = keys.examples.map { Example(key: $0.key, first: $0.first, second: $0.second) }
  }

  var text: String {
    let head =
      "\(Wording.count(rows, "row")) in \(Wording.count(files, "file")), "
      + "\(Wording.count(duplicates)) with a key that a row before them has"
    return ([head] + examples.map { "  \($0.key): \($0.first), \($0.second)" })
      .map(Console.printable).joined(separator: "\n")
  }
}
