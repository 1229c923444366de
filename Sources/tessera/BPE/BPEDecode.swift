import ArgumentParser
import BytePairEncoding
import Tokens

struct BPEDecode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Decode lines of ids from standard input.",
    discussion: """
      EXAMPLES
        tessera bpe decode --model captions.model --ignore-ids 0,2,3 < ids.txt
      """)

  @Option(help: "The model file.")
  var model: String
  @Option(
    name: [.customLong("ignore-ids"), .customLong("ignore_ids")], parsing: .unconditional,
    help: "Ids to pass over, separated by commas.")
  var ignored: String?

  func run() throws {
    var ids = Set<TokenID>()
    if let ignored {
      for part in ignored.split(separator: ",", omittingEmptySubsequences: false) {
        guard let id = TokenID(part.filter { $0 != " " }) else {
          throw ValidationError(
            "Bad format: expected list of comma-separated integers, but got \(ignored)")
        }
        ids.insert(id)
      }
    }
    let decoder = LineDecoder(try BPESupport.load(model), ignoring: ids)
    try decoder.decode(.standardInput, to: .standardOutput)
  }
}
