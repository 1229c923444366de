import ArgumentParser

/// The root command. Each subcommand lives in a file of its own and only parses arguments, calls
/// libraries and prints.
@main
struct Tessera: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera",
    abstract: "Tokens of text and pictures: encode, decode, compare, train.",
    subcommands: [])
}
