import ArgumentParser
import BytePairEncoding
import Corpora
import Foundation
import Tokens

struct BPETrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model on text, on captions, or on word counts.",
    discussion: """
      The same corpus and options give the same bytes, whatever the threads and the order of lines.

      EXAMPLES
        tessera bpe train --vocab-size 16384 -o c.model --format tsv captions.tsv.gz
        tessera bpe train --preset rudalle -o ru.model --format jsonl *.jsonl.zst
        tessera bpe train --vocab-size 30000 -o big.model --counts part-*.counts
      """)

  enum Preset: String, ExpressibleByArgument, CaseIterable {
    case dalle
    case rudalle
  }

  @OptionGroup var input: BPECorpusOptions

  @Option(
    name: [.customLong("counts")], parsing: .upToNextOption,
    help: "Files of word counts (`tessera bpe count`) to add up instead of reading text.")
  var counts: [String] = []

  @Option(
    name: [
      .customLong("output"), .customShort("o"), .customLong("out"), .customLong("model"),
    ], help: "The model file to write.")
  var output: String

  @Option(
    name: [.customLong("vocab-size"), .customLong("vocab_size")], parsing: .unconditional,
    help: "Tokens in all. Presets have 16384.")
  var vocabularySize: Int?

  @Option(parsing: .unconditional, help: "Share of the text whose characters are kept, in (0, 1].")
  var coverage = 1.0

  @Option(name: [.customLong("pad-id"), .customLong("pad_id")], parsing: .unconditional)
  var padding: TokenID = 0
  @Option(name: [.customLong("unk-id"), .customLong("unk_id")], parsing: .unconditional)
  var unknown: TokenID = 1
  @Option(name: [.customLong("bos-id"), .customLong("bos_id")], parsing: .unconditional)
  var beginning: TokenID = 2
  @Option(
    name: [.customLong("eos-id"), .customLong("eos_id")], parsing: .unconditional,
    help: "Ids of <PAD>, <UNK>, <BOS>, <EOS>; -1 leaves one out.")
  var end: TokenID = 3

  @Option(
    name: .customLong("special"),
    help: """
      A special token of your own, NAME or NAME=ID; may be repeated. Without an id it gets the \
      highest free one. Kept in a sidecar beside the model.
      """)
  var special: [String] = []

  @Option(help: "Normalization: nfc, nfkc, lower, or several (nfkc,lower). Kept in the sidecar.")
  var normalize: String?

  @Option(
    help: """
      dalle: lower case, and nothing but a to z ever merges. rudalle: lower case. Both: 16384 \
      tokens.
      """)
  var preset: Preset?

  @Flag(help: "Print a summary as JSON on standard output.")
  var json = false

  func validate() throws {
    guard vocabularySize != nil || preset != nil else {
      throw ValidationError("--vocab-size is needed, or a --preset")
    }
    if !counts.isEmpty && input.namesInput {
      throw ValidationError("train on --counts or on files, not on both")
    }
  }

  func run() throws {
    let options = try trainingOptions()
    try options.validate()
    // Before the work, so that an unwritable path does not cost it.
    let file = try OutputFile(path: output)
    describe(options)
    let words = try counts.isEmpty ? input.count() : countsFromFiles()
    guard words.uniqueCount > 0 else { throw BPEError(.emptyCorpus) }
    let tokenizer = try BPETokenizer.train(
      on: words, options: options, progress: { Self.report($0) })
    try tokenizer.write(to: file)
    Console.note("model saved to: \(output)")
    if json {
      print(
        """
        {"characters": \(tokenizer.model.characters.count), \
        "rules": \(tokenizer.model.rules.count), \
        "vocabulary_size": \(tokenizer.vocabularySize)}
        """)
    }
  }

  private func countsFromFiles() throws -> WordCounts {
    try WordCounts(reading: counts.map { $0 == "-" ? .standardInput : .file($0) })
  }

  private func trainingOptions() throws -> TrainingOptions {
    var options = TrainingOptions(vocabularySize: vocabularySize ?? 16384)
    options.coverage = coverage
    options.specialTokens = SpecialTokenIDs(
      padding: padding, unknown: unknown, beginning: beginning, end: end)
    options.threads = input.threadCount
    var steps: [TextPreparation.Normalization] = []
    for name in (normalize ?? "").split(separator: ",") {
      guard let step = TextPreparation.Normalization(rawValue: String(name)) else {
        throw ValidationError("--normalize \(name): there are nfc, nfkc and lower")
      }
      steps.append(step)
    }
    if preset != nil, !steps.contains(.lower) { steps.append(.lower) }
    if preset == .dalle { options.mergeable = .lowercaseLatin }
    options.preparation.normalization = steps
    options.preparation.userTokens = try userTokens(options)
    return options
  }

  private func userTokens(_ options: TrainingOptions) throws -> [TextPreparation.UserToken] {
    var taken = Set([padding, unknown, beginning, end])
    var tokens: [(name: String, id: TokenID?)] = []
    for text in special {
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      if parts.count > 1, let id = TokenID(parts[parts.count - 1]) {
        tokens.append((parts.dropLast().joined(separator: "="), id))
        taken.insert(id)
      } else {
        tokens.append((text, nil))
      }
    }
    var free = TokenID(clamping: options.vocabularySize - 1)
    // The last one named gets the highest id, so that ids rise in the order of the arguments.
    let assigned = tokens.reversed().map { token -> TextPreparation.UserToken in
      if let id = token.id { return .init(name: token.name, id: id) }
      while taken.contains(free) { free -= 1 }
      taken.insert(free)
      return .init(name: token.name, id: free)
    }
    return assigned.reversed()
  }

  private func describe(_ options: TrainingOptions) {
    let inputs =
      counts.isEmpty
      ? input.corpus.inputs.map(\.description) : counts
    Console.note("Training parameters")
    for (name, value) in [
      ("input", inputs.joined(separator: " ")), ("model", output),
      ("vocab_size", "\(options.vocabularySize)"),
      ("n_threads", options.threads.map(String.init) ?? "all"),
      ("character_coverage", "\(options.coverage)"), ("pad", "\(padding)"), ("unk", "\(unknown)"),
      ("bos", "\(beginning)"), ("eos", "\(end)"),
    ] {
      Console.note("  \(name): \(value)")
    }
    Console.note("")
  }

  private static func report(_ event: TrainingEvent) {
    switch event {
    case .counted(let unique, let words, let memory):
      Console.note(
        "\(words) words, \(unique) distinct; learning needs about \(BPESupport.megabytes(memory))")
      Console.note("learning bpe...")
    case .characters(let unique, let removed):
      Console.note("number of unique characters in the training data: \(unique)")
      Console.note("number of deleted characters: \(removed)")
      Console.note("number of unique characters left: \(unique - removed)")
    case .invalidBytes(let count):
      Console.note(
        "WARNING Input contains invalid unicode characters. \(count) bytes were dropped.")
    case .learned(let token):
      let rule = "\(token.id)=\(token.left)+\(token.right)"
      let padding = String(repeating: " ", count: max(0, 26 - rule.count))
      let frequency = "\(token.frequency)"
      let gap = String(repeating: " ", count: max(0, 10 - frequency.count))
      Console.note(
        "id: \(rule)\(padding)freq: \(frequency)\(gap)  subword: "
          + "\(token.leftString)\(token.rightString)=\(token.leftString)+\(token.rightString)")
    case .ranOutOfPairs(let count):
      Console.note("WARNING merged only: \(count) pairs of tokens")
    }
  }
}
