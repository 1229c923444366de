import ArgumentParser
import BytePairEncoding

struct BPEVocabulary: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocab",
    abstract: "Print the vocabulary: id, tab, subword.",
    discussion: """
      EXAMPLES
        tessera bpe vocab --model captions.model --verbose | less
      """)

  @Option(help: "The model file.")
  var model: String
  @Flag(help: "Show what merged tokens are made of, in strings and ids.")
  var verbose = false

  func run() throws {
    let listing = VocabularyListing(try BPESupport.load(model), isVerbose: verbose)
    try OutputStream.standardOutput.write(listing.text.span)
  }
}
