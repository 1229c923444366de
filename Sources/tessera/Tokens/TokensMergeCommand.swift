import ArgumentParser
import TokenFiles

/// `tessera tokens merge`: several files to one.
struct TokensMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Put several token files together into a new one.",
    discussion: """
      Rows and rejects follow each other in the order of the files. Chunks are copied as they are \
      stored; those that are longer than the first file's rows per chunk are stored anew. All files \
      must have been made by the same codec, recipe, policy, text tokenizer and columns; a \
      difference is printed and nothing is written.

      EXAMPLES
        tessera tokens merge shards/*.tessera -o all.tessera
      """)

  @Argument(help: "The token files.")
  var files: [String]

  @Option(name: [.short, .customLong("out")], help: "The file to write.")
  var output: String

  @OptionGroup var options: OutputOptions

  func run() throws {
    try OutputPlace.refuseExisting(output)
    let sources = try files.map { try TokenFile(contentsOf: $0) }
    let inputs = sources.reduce(0) { $0 + $1.inputCount }
    let report = try TokenFileWriter.write(
      to: output, header: sources[0].header, inputs: inputs
    ) { (writer: inout TokenFileWriter) throws(TokenFileError) -> CopyReport in
      var count: [TokenFileWriter.CopyCount] = []
      for source in sources { count.append(try writer.append(contentsOf: source)) }
      var report = CopyReport(file: output, rows: writer.rowCount, rejects: writer.rejectCount)
      for each in count { report.add(each) }
      return report
    }
    Console.result(options.json ? Console.json(report) : report.text)
  }
}
