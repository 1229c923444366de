import ArgumentParser
import BytePairEncoding

struct BPEExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a model in another library's format.",
    discussion: """
      EXAMPLES
        tessera bpe export --model captions.model --to tokenizer.json --output t.json
      """)

  enum Target: String, ExpressibleByArgument, CaseIterable {
    case tokenizerJSON = "tokenizer.json"
  }

  @Option(help: "The model file.")
  var model: String
  @Option(help: "tokenizer.json, of Hugging Face tokenizers: the same ids for the same text.")
  var to: Target
  @Option(
    name: [.customLong("output"), .customShort("o"), .customLong("out")],
    help: "The file to write.")
  var output: String

  func run() throws {
    let file = try OutputFile(path: output)
    let bytes = try BPESupport.load(model).tokenizerJSON()
    try file.write(bytes.span)
    try file.finish()
  }
}
