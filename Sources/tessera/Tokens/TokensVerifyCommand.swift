import ArgumentParser
import TokenFiles

/// `tessera tokens verify`: every byte against its checksum.
struct TokensVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that token files are whole and undamaged.",
    discussion: """
      Reads everything: each checksum, each token against the codebook's size, the order of blocks, \
      and that rows and rejects account for every input. Status 65 when a file is damaged.

      EXAMPLES
        tessera tokens verify photographs.tessera
        tessera tokens verify shards/*.tessera
      """)

  @Argument(help: "The token files.")
  var files: [String]

  @OptionGroup var output: OutputOptions

  func run() throws {
    var damaged = 0
    for path in files {
      var result = Result(file: path)
      do throws(TokenFileError) {
        let report = try TokenFile(contentsOf: path).verify()
        result.rows = report.rowCount
        result.rejects = report.rejectCount
        result.bytes = report.byteCount
        result.problems = report.problems.map { "\($0)" }
      } catch {
        result.problems = ["\(error)"]
      }
      for problem in result.problems { Console.complain(problem) }
      if !result.problems.isEmpty { damaged += 1 }
      if output.json {
        Console.result(Console.json(result))
      } else if result.problems.isEmpty {
        Console.result(
          Console.printable(
            "\(path): sound, \(Wording.count(result.rows, "row")), "
              + "\(Wording.count(result.rejects, "reject")), \(Wording.bytes(result.bytes))"))
      }
    }
    if damaged > 0 { throw CommandFailure(.inputUnusable, nil) }
  }

  private struct Result: Encodable {
    let file: String
    var rows = 0
    var rejects = 0
    var bytes = 0
    var problems: [String] = []
  }
}
