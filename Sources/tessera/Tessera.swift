import ArgumentParser
import Glibc

/// The root command. Each subcommand lives in a file of its own and only parses arguments, calls
/// libraries and prints.
@main
struct Tessera: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera",
    abstract: "Tokens of text and pictures: encode, decode, compare, train.",
    discussion: """
      EXAMPLES
        tessera encode photographs -o photographs.tessera
        tessera tokens info photographs.tessera
        tessera decode photographs.tessera -o pictures
        tessera reconstruct photographs -o report

      EXIT STATUS
        0 done, 1 failed, 2 wrong usage, 3 more rejects than --max-rejects, 65 input unusable,
        75 temporary trouble (try again), 130 and 143 interrupted by a signal.
      """,
    version: "0.1.0",
    subcommands: [
      EncodeCommand.self, DecodeCommand.self, ReconstructCommand.self, TokensCommand.self,
      CodecCommand.self, BPECommand.self, ICECommand.self,
      TextCommand.self, SequenceCommand.self,
    ])

  /// Runs the command and ends the process with one of the documented statuses.
  ///
  /// ArgumentParser's own `main` would answer misuse with status 64 and several lines.
  static func main() async {
    // A reader that went away must not kill a run that writes a file, and a limit on the size of
    // files is to be an error with a name.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do {
      let command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        var command = command
        try command.run()
      }
    } catch {
      Glibc.exit(end(with: error).rawValue)
    }
    Glibc.exit(ExitStatus.done.rawValue)
  }

  /// Prints what an error has to say and tells the status it stands for.
  private static func end(with error: any Error) -> ExitStatus {
    if let status = ExitStatus(for: error) {
      if let failure = error as? CommandFailure {
        if let line = failure.line { Console.complain(line) }
      } else {
        Console.complain("\(error)")
      }
      return status
    }
    let full = fullMessage(for: error)
    switch exitCode(for: error) {
    case .success:
      // Help and version were asked for, so they are results.
      Console.result(full)
      return .done
    case .validationFailure:
      Console.complain(usageLine(message: message(for: error), full: full))
      return .usage
    default:
      Console.complain(message(for: error).split(separator: "\n").joined(separator: " "))
      return .failed
    }
  }

  /// What is wrong with the command line, and where to read on, in one line.
  private static func usageLine(message: String, full: String) -> String {
    let help = full.split(separator: "\n").last { $0.contains(" --help'") }
      .flatMap { $0.split(separator: "'").dropFirst().first }
    var line = message.split(separator: "\n").joined(separator: " ")
    if line.hasSuffix(".") { line.removeLast() }
    return "\(line); see '\(help ?? "tessera --help")'"
  }
}
