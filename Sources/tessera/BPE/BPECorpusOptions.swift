public import ArgumentParser
import BytePairEncoding
public import Corpora

/// The corpus arguments of `train` and `count`.
struct BPECorpusOptions: ParsableArguments {
  @Argument(help: "Files to read, gzip and Zstandard too; - is standard input (the default).")
  var files: [String] = []

  @Option(name: .customLong("data"), help: .init("A file to read (yttm).", visibility: .hidden))
  var data: [String] = []

  @Option(help: "text, tsv, csv, jsonl or coco.")
  var format: Corpus.Format = .text

  @Option(
    help: """
      Where the caption is: a column number from 1, or a heading or JSON key. Default: 1 for tsv, \
      "caption" for csv, jsonl and coco.
      """)
  var column: String?

  @Option(
    name: [.customLong("threads"), .customLong("n_threads"), .customLong("n-threads")],
    parsing: .unconditional, help: "Threads, at most 8; -1 for one per processor.")
  var threads = -1

  func validate() throws {
    if let column, let number = Int(column), number < 1 {
      throw ValidationError("--column \(number): columns are counted from 1")
    }
    if column != nil && format == .text {
      throw ValidationError("--column needs --format tsv, csv, jsonl or coco")
    }
  }

  /// Whether any input was named.
  var namesInput: Bool { !(files + data).isEmpty }

  var corpus: Corpus {
    let paths = files + data
    let inputs: [Corpus.Input] =
      paths.isEmpty ? [.standardInput] : paths.map { $0 == "-" ? .standardInput : .file($0) }
    let place = column.map { text in Int(text).map { Corpus.Column.index($0 - 1) } ?? .name(text) }
    return Corpus(inputs, format: format, column: place)
  }

  /// The original clamps to 1...8.
  var threadCount: Int? {
    threads == -1 ? nil : min(max(threads, 1), TrainingOptions.mostThreads)
  }

  /// Counts the corpus, telling on standard error how it goes.
  func count() throws -> WordCounts {
    Console.note("reading file...")
    return try WordCounts(counting: corpus, threads: threadCount)
  }
}

extension Corpus.Format: ExpressibleByArgument {}
