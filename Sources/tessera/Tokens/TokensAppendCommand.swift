import ArgumentParser
import TokenFiles

/// `tessera tokens append`: the rows of files behind those of another.
struct TokensAppendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "append",
    abstract: "Add the rows of token files to the end of one, in place.",
    discussion: """
      Chunks are copied as they are stored. All files must have been made by the same codec, recipe, \
      policy, text tokenizer and columns; a difference is printed and nothing is written. What \
      fails takes back what it added. After a crash FILE is refused by readers; the same command \
      with --resume puts the torn part aside as FILE.torn and adds the rows anew, and 'tessera \
      tokens salvage' reads it too. A second writer is refused (status 75).

      EXAMPLES
        tessera tokens append all.tessera monday.tessera tuesday.tessera
        tessera tokens append all.tessera monday.tessera tuesday.tessera --resume
      """)

  @Argument(help: "The file that grows.")
  var file: String

  @Argument(help: "The files whose rows and rejects are added, in this order.")
  var more: [String]

  @Flag(help: "Begin anew where a crash interrupted an append.")
  var resume = false

  @OptionGroup var options: OutputOptions

  func run() throws {
    let sources = try more.map { try TokenFile(contentsOf: $0) }
    let result = try TokenFileWriter.append(to: file, tail: resume ? .discard : .refuse) {
      (writer: inout TokenFileWriter) throws(TokenFileError) -> CopyReport in
      let rows = writer.rowCount
      let rejects = writer.rejectCount
      var report = CopyReport(file: file)
      for source in sources { report.add(try writer.append(contentsOf: source)) }
      report.addedRows = writer.rowCount - rows
      report.rows = writer.rowCount
      report.addedRejects = writer.rejectCount - rejects
      report.rejects = writer.rejectCount
      return report
    }
    Console.result(options.json ? Console.json(result) : result.text)
  }
}
