import ArgumentParser
import BytePairEncoding
import Corpora

struct BPECount: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count",
    abstract: "Count the words of a corpus, or add up counts, for `train --counts`.",
    usage: "tessera bpe count [<options>] [<files> ...] [--output <output>]",
    discussion: """
      EXAMPLES
        tessera bpe count --output part-1.counts part-1.txt.zst
        tessera bpe count --output all.counts --counts part-*.counts
      """)

  @OptionGroup var input: BPECorpusOptions
  @Option(
    name: [.customLong("counts")], parsing: .upToNextOption, help: "Files of counts to add up.")
  var counts: [String] = []
  @Option(
    name: [.customLong("output"), .customShort("o"), .customLong("out")],
    help: "The file to write; standard output if left out.")
  var output: String?

  func validate() throws {
    if !counts.isEmpty && input.namesInput {
      throw ValidationError("count --counts or files, not both")
    }
  }

  func run() throws {
    let file = try output.map { path in try OutputFile(path: path) }
    let words =
      try counts.isEmpty
      ? input.count()
      : WordCounts(reading: counts.map { $0 == "-" ? .standardInput : .file($0) })
    Console.note("\(words.totalCount) words, \(words.uniqueCount) distinct")
    if let file {
      try words.writeText { try file.write($0) }
      try file.finish()
    } else {
      try words.writeText { try OutputStream.standardOutput.write($0) }
    }
  }
}
