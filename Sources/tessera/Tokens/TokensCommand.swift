import ArgumentParser

/// `tessera tokens`: what is in token files.
struct TokensCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokens",
    abstract: "Look into token files and change how they are stored.",
    subcommands: [
      TokensInfoCommand.self, TokensVerifyCommand.self, TokensStatsCommand.self,
      TokensDiffCommand.self, TokensSalvageCommand.self,
      TokensAppendCommand.self, TokensMergeCommand.self, TokensSplitCommand.self,
      TokensSelectCommand.self, TokensConvertCommand.self, TokensExportCommand.self,
      TokensImportCommand.self, TokensDuplicatesCommand.self,
    ])
}
