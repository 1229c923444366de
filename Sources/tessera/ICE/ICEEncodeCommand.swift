import ArgumentParser
import Tokens
import UnifiedTokenizer

/// `tessera ice encode`: text, and pictures in it, to ids.
struct ICEEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Turn text into ids: one line of ids for each line.",
    discussion: """
      Reads lines from standard input unless the text stands on the command line. With --mixed, \
      <image:FILE> in a line stands for the codes of a picture, made with --codec (default: the \
      embedded one); the text before and behind it is encoded as texts of their own.

      EXAMPLES
        tessera ice encode "你好 world"
        tessera ice encode --pieces "你好 world"
        tessera ice encode --model ice_text.model < captions.txt > captions.ids
        tessera ice encode --model spm.model --image-codes 0 < lines.txt > lines.ids
        tessera ice encode --sample 0.2 --seed 7 < captions.txt > epoch7.ids
        tessera ice encode --mixed --size 160 "a red cat <image:cat.jpg>"
      """)

  @Argument(help: "The text; left out, lines are read from standard input.")
  var text: [String] = []

  @OptionGroup var model: ICEModelOptions
  @OptionGroup var textOptions: ICETextOptions

  @Flag(help: "Print pieces instead of ids, with ▁ for a space.")
  var pieces = false

  @Option(
    help: ArgumentHelp(
      "Draw a segmentation of each line instead of taking the best: the exponent of the "
        + "probabilities, 0 is uniform (BPE: the probability of dropping a merge).",
      valueName: "alpha"))
  var sample: Float?

  @Option(
    help: ArgumentHelp("With --sample: draw among this many best ones only.", valueName: "n"))
  var nbest: Int?

  @Option(help: ArgumentHelp("With --sample: where the drawing starts.", valueName: "n"))
  var seed: UInt32 = 1

  @Flag(help: "Put the codes of a picture where <image:FILE> stands.")
  var mixed = false

  @OptionGroup var codec: CodecOptionGroup
  @OptionGroup var picture: PictureOptions
  @OptionGroup var threads: TextThreadOptions

  func validate() throws {
    if mixed && pieces { throw ValidationError("--pieces shows text; leave it out with --mixed") }
    if sample != nil, mixed || pieces {
      throw ValidationError("--sample gives ids of text; leave out --pieces and --mixed")
    }
    if sample == nil, nbest != nil { throw ValidationError("--nbest is for --sample") }
    if let nbest, !(1...512).contains(nbest) {
      throw ValidationError("--nbest must lie in 1...512, not \(nbest)")
    }
    if !mixed, codec.codec != nil || !codec.weights.isEmpty || picture.recipe != nil {
      throw ValidationError("--codec, --weights and --recipe are for --mixed")
    }
  }

  func run() throws {
    if let sample { return try draw(alpha: sample) }
    let encode = try mixed ? mixedEncoder() : textEncoder()
    guard text.isEmpty else {
      // A line break in an argument is part of the text.
      let line = text.joined(separator: " ")
      let (output, failure) = encode(.init(bytes: Array(line.utf8), firstLine: 1, isOneLine: true))
      if let failure { throw failure }
      return try Console.result(bytes: output)
    }
    try LineBlocks.process(
      .standardInput, threads: threads.count, lineByLine: mixed, transform: encode)
  }

  /// Lines that share one run of the generator. Their number decides what is drawn.
  private static let sampleSize = 1024

  private func draw(alpha: Float) throws {
    let tokenizer = try model.load()
    let options = textOptions.options(for: tokenizer)
    var seed = seed
    func draw(_ lines: [String]) throws {
      let drawn = try ICEModelOptions.reportingErrors {
        try tokenizer.sample(
          lines.map(textOptions.read), nBest: nbest ?? -1, alpha: alpha, seed: seed,
          options: options)
      }
      // The generator's last seed is reserved.
      seed = (seed + 1) % .max
      let text = drawn.map { $0.map(String.init).joined(separator: " ") + "\n" }.joined()
      try Console.result(bytes: Array(text.utf8))
    }
    guard text.isEmpty else { return try draw([text.joined(separator: " ")]) }
    let input = LineReader()
    var lines: [String] = []
    for line in input {
      lines.append(line)
      guard lines.count == Self.sampleSize else { continue }
      try draw(lines)
      lines = []
    }
    if !lines.isEmpty { try draw(lines) }
    if let failure = input.failure { throw failure }
  }

  private func textEncoder() throws -> LineBlocks.Transform {
    let tokenizer = try model.load()
    let options = textOptions.options(for: tokenizer)
    let prepare: (@Sendable (String) -> String)? =
      textOptions.escapes ? ICETextOptions.unescape : nil
    let encoder = ICELineEncoder(
      tokenizer, options: options, output: pieces ? .pieces : .ids, preparation: prepare)
    return { block in
      (block.isOneLine ? encoder.encode(line: block.text) : encoder.encode(block.bytes), nil)
    }
  }

  private func mixedEncoder() throws -> LineBlocks.Transform {
    let codec = try codec.load()
    let pictures = MixedPictures(preparation: try picture.preparation(for: codec))
    let tokenizer = try model.load(images: [codec.codec])
    let options = textOptions.options(for: tokenizer)
    let escapes = textOptions.escapes
    return { block in
      do {
        let parts = try pictures.parts(of: block.text, line: block.firstLine).map { part in
          guard escapes, case .text(let text) = part else { return part }
          return .text(ICETextOptions.unescape(text))
        }
        let ids = try ICEModelOptions.reportingErrors {
          try tokenizer.encode(parts, options: options)
        }
        return (Array((ids.map(String.init).joined(separator: " ") + "\n").utf8), nil)
      } catch {
        return ([], error)
      }
    }
  }
}
