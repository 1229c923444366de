import ArgumentParser
import BytePairEncoding

/// `tessera bpe …`: the byte-pair encoder. Spellings of YouTokenToMe's `yttm` work too.
struct BPECommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bpe",
    abstract: "Train and use byte-pair-encoding models in YouTokenToMe's format.",
    discussion: """
      Flags of the original `yttm` (--vocab_size, --n_threads, --data, --output_type, ...) work too.

      EXAMPLES
        tessera bpe train --vocab-size 16384 -o c.model --format tsv captions.tsv
        tessera bpe encode --model c.model < lines.txt > ids.txt
        tessera bpe decode --model c.model < ids.txt
      """,
    subcommands: [
      BPETrain.self, BPEEncode.self, BPEDecode.self, BPEVocabulary.self, BPECount.self,
      BPEExport.self,
    ])
}

/// What the subcommands share.
enum BPESupport {
  static func load(_ path: String) throws -> BPETokenizer {
    try BPETokenizer(contentsOfFile: path)
  }

  /// Threads as the original spells them: -1 stands for all processors.
  static func threads(_ asked: Int) throws -> Int? {
    guard asked == -1 || asked > 0 else {
      throw ValidationError(
        "Invalid value for \"--n_threads\": must be -1 or positive integer, not \"\(asked)\"")
    }
    // More would only cost memory; the result is the same.
    return asked == -1 ? nil : min(asked, 1024)
  }

  static func megabytes(_ bytes: Int) -> String { "\((bytes + 999_999) / 1_000_000) MB" }
}
