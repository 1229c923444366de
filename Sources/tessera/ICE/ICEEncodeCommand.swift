import ArgumentParser
import Foundation
import Tokens
import UnifiedTokenizer

/// `tessera ice encode`: text to ids.
struct ICEEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Turn text into ids: one line of ids for each line.",
    discussion: """
      Reads lines from standard input unless the text stands on the command line.

      EXAMPLES
        tessera ice encode "你好 world"
        tessera ice encode --pieces "你好 world"
        tessera ice encode --model ice_text.model < captions.txt > captions.ids
        tessera ice encode --model spm.model --image-codes 0 < lines.txt > lines.ids
      """)

  @Argument(help: "The text; left out, lines are read from standard input.")
  var text: [String] = []

  @OptionGroup var model: ICEModelOptions
  @OptionGroup var textOptions: ICETextOptions

  @Flag(help: "Print pieces instead of ids, with ▁ for a space.")
  var pieces = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    let tokenizer = try model.load()
    let options = textOptions.options(for: tokenizer)
    func show(_ lines: [String]) {
      let lines = lines.map(textOptions.read)
      if pieces {
        for line in lines {
          Console.result(tokenizer.tokenize(line, options: options).joined(separator: " "))
        }
        return
      }
      let encoded = tokenizer.encode(lines, options: options, threads: threads.count)
      Console.result(
        encoded.map { $0.map(String.init).joined(separator: " ") }.joined(separator: "\n"))
    }
    if !text.isEmpty {
      show([text.joined(separator: " ")])
      return
    }
    var input = LineReader()
    while case let lines = input.next(8192), !lines.isEmpty { show(lines) }
  }
}

/// `tessera ice decode`: ids to text.
struct ICEDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Turn ids back into text: one text for each line of ids.",
    discussion: """
      Reads lines from standard input unless ids stand on the command line. With --mixed, image \
      codes may stand among them: each run is printed as <image HEIGHTxWIDTH: codes>.

      EXAMPLES
        tessera ice decode 20005 27427 27901 23648
        tessera ice encode < lines.txt | tessera ice decode
        tessera ice decode --mixed 23648 1 2 3 4 23648
      """)

  @Argument(help: "The ids; left out, lines are read from standard input.")
  var ids: [String] = []

  @OptionGroup var model: ICEModelOptions
  @OptionGroup var textOptions: ICETextOptions

  @Flag(help: "Allow image codes among the ids.")
  var mixed = false

  func run() throws {
    let tokenizer = try model.load()
    if !ids.isEmpty {
      Console.result(try decode(ids.joined(separator: " "), line: 1, tokenizer))
      return
    }
    var input = LineReader()
    var number = 0
    while let line = input.next() {
      number += 1
      Console.result(try decode(line, line: number, tokenizer))
    }
  }

  private func decode(_ text: String, line: Int, _ tokenizer: ICETokenizer) throws -> String {
    let ids = try text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }).map {
      guard let id = TokenID($0) else {
        throw CommandFailure(.inputUnusable, "line \(line): '\($0.prefix(40))' is no id")
      }
      return id
    }
    do throws(UnifiedTokenizerError) {
      guard mixed else { return textOptions.write(try tokenizer.decodeText(ids)) }
      return try tokenizer.split(ids).map { part in
        switch part {
        case .text(let text): textOptions.write(text)
        case .grid(let grid):
          "<image \(grid.height)x\(grid.width): "
            + grid.tokens.map(String.init).joined(separator: " ") + ">"
        case .picture: ""
        }
      }.joined()
    } catch {
      throw CommandFailure(.inputUnusable, "line \(line): \(error)")
    }
  }
}
