public import ArgumentParser
public import BytePairEncoding
import Foundation

struct BPEEncode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Encode lines of text from standard input.",
    usage: "tessera bpe encode --model <model> [<options>]",
    discussion: """
      Writes one line for each line: ids (or subwords), each followed by a space.

      EXAMPLES
        tessera bpe encode --model captions.model --bos --eos < lines.txt > ids.txt
      """)

  enum DropoutStream: String, ExpressibleByArgument, CaseIterable {
    case seeded
    case compatible
  }

  @Option(help: "The model file.")
  var model: String
  @Option(
    name: [.customLong("output-type"), .customLong("output_type")], help: "id or subword.")
  var outputType: LineEncoder.Output = .id
  @Option(
    name: [.customLong("threads"), .customLong("n_threads"), .customLong("n-threads")],
    parsing: .unconditional, help: "Threads; -1 for one per processor.")
  var threads = -1
  @Flag(help: "Put <BOS> before each line.")
  var bos = false
  @Flag(help: "Put <EOS> after each line.")
  var eos = false
  @Flag(help: "Turn each line round.")
  var reverse = false
  @Flag(help: "Write each line as soon as it is read.")
  var stream = false
  @Option(
    name: [
      .customLong("dropout"), .customLong("dropout_prob"), .customLong("dropout-prob"),
    ], parsing: .unconditional, help: "Probability of BPE-dropout, 0 to 1.")
  var dropout = 0.0
  @Option(
    name: .customLong("dropout-stream"),
    help: """
      seeded: chosen by --seed and the line's number, the same for any number of threads. \
      compatible: YouTokenToMe's stream, one thread.
      """)
  var dropoutStream: DropoutStream = .seeded
  @Option(help: "Seed of the seeded dropout.")
  var seed: UInt64 = 0

  func run() throws {
    let threads = try BPESupport.threads(threads)
    let tokenizer = try BPESupport.load(model)
    var options = EncodingOptions(beginning: bos, end: eos, reversed: reverse)
    if dropout != 0 {
      options.dropout =
        dropoutStream == .seeded
        ? .seeded(probability: dropout, seed: seed) : .compatible(probability: dropout)
    }
    let encoder = try LineEncoder(
      tokenizer, options: options, output: outputType, threads: threads)
    if !stream { Console.note("n_threads: \(encoder.threadCount)") }
    let summary = try encoder.encode(
      .standardInput, to: .standardOutput, flushingEachLine: stream)
    if summary.sawInvalidBytes {
      Console.note("WARNING Input contains invalid unicode characters.")
    }
    if !stream { Console.note("bytes processed: \(summary.byteCount)") }
  }
}

extension LineEncoder.Output: ExpressibleByArgument {}
