import ArgumentParser

/// `tessera tokens`: what is in token files.
struct TokensCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokens",
    abstract: "Look into token files and change how they are stored.",
    subcommands: [
      TokensInfoCommand.self, TokensVerifyCommand.self, TokensConvertCommand.self,
      TokensExportCommand.self, TokensImportCommand.self,
      TokensDuplicatesCommand.self,
    ])
}
