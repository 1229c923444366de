import ArgumentParser

/// `tessera codec`: which codecs there are, what the user's files hold, and how fast they are.
struct CodecCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codec",
    abstract: "Show which codecs there are, look into their files, convert and time them.",
    subcommands: [
      CodecListCommand.self, CodecInfoCommand.self, CodecConvertCommand.self,
      CodecBenchCommand.self, CodecClusterCommand.self,
    ])
}
