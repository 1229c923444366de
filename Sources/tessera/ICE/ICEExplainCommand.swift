import ArgumentParser
import Tokens
import UnifiedTokenizer

/// `tessera ice explain`: what encoding makes of a text.
struct ICEExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show each token of a text, what the normaliser changed, and what is lost.",
    usage: "tessera ice explain [<text> ...] [<options>]",
    discussion: """
      EXAMPLES
        tessera ice explain "Ｈｅｌｌｏ  ﬁne 世界 ☃"
        tessera ice explain --json < lines.txt
      """)

  @Argument(help: "The text; left out, lines are read from standard input.")
  var text: [String] = []

  @OptionGroup var model: ICEModelOptions
  @OptionGroup var textOptions: ICETextOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let tokenizer = try model.load()
    let layout = ICELayout(tokenizer)
    func show(_ line: String) throws {
      let explanation = tokenizer.explain(
        textOptions.read(line), options: textOptions.options(for: tokenizer))
      let report = Report(explanation, layout)
      let text = output.json ? Console.json(report) : report.text
      try Console.result(bytes: Array((text + "\n").utf8))
    }
    if !text.isEmpty {
      try show(text.joined(separator: " "))
      return
    }
    let lines = LineReader()
    for line in lines { try show(line) }
    if let failure = lines.failure { throw failure }
  }

  private struct Report: Encodable {
    struct Token: Encodable {
      let id: TokenID
      let piece: String
      let source: String
      let kind: String?
      let unknown: Bool
    }
    struct Change: Encodable {
      let offset: Int
      let original: String
      let replacement: String
    }
    let tokens: [Token]
    let changes: [Change]
    let unknown: [String]
    let decoded: String
    let recovered: Bool

    init(_ explanation: TextExplanation, _ layout: ICELayout?) {
      tokens = explanation.tokens.map {
        Token(
          id: $0.id, piece: $0.piece, source: $0.source,
          kind: layout?.kind(of: $0.id)?.rawValue, unknown: $0.isUnknown)
      }
      changes = explanation.changes.map {
        Change(offset: $0.offset, original: $0.original, replacement: $0.replacement)
      }
      unknown = explanation.unknownCharacters
      decoded = explanation.decoded
      recovered = explanation.isRecovered
    }

    var text: String {
      var lines = tokens.map { token in
        "\(token.id)".padded(to: 8) + (token.kind ?? "").padded(to: 9)
          + Console.printable(token.piece) + (token.unknown ? "  (not in the vocabulary)" : "")
      }
      for change in changes {
        lines.append(
          "changed".padded(to: 17) + "at byte \(change.offset): '"
            + Console.printable(change.original)
            + (change.replacement.isEmpty
              ? "' dropped" : "' became '\(Console.printable(change.replacement))'"))
      }
      if !unknown.isEmpty {
        lines.append("unknown".padded(to: 17) + Console.printable(unknown.joined(separator: " ")))
      }
      lines.append(
        "decodes to".padded(to: 17) + "'\(Console.printable(decoded))', "
          + (recovered ? "the same text" : "not the same text"))
      return lines.joined(separator: "\n")
    }
  }
}
