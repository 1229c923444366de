public import ArgumentParser
import Foundation
import ImageCodecs
import SentencePieces
public import UnifiedTokenizer

/// `tessera ice`: one id space for pictures, Chinese and English.
struct ICECommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ice",
    abstract: "Text in the ICE id space: train, encode, decode, explain.",
    discussion: """
      Without --model the embedded vocabulary is used: \(ICETokenizer.embeddedName).
      """,
    subcommands: [
      ICETrainCommand.self, ICEEncodeCommand.self, ICEDecodeCommand.self, ICEExplainCommand.self,
    ])
}

extension ICETokenizer.Profile: ExpressibleByArgument {
  /// Reads `icetk` or `chatglm`, in any case.
  public init?(argument: String) {
    guard
      let profile = Self.allCases.first(where: {
        $0.rawValue.lowercased() == argument.lowercased()
      })
    else { return nil }
    self = profile
  }
}

/// `--model`, `--image-codes`, `--profile`, `--add`, `--partial-model`: which vocabulary.
struct ICEModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The text model: ice_text.model, any other sentencepiece model, or one made by 'ice train' "
        + "(default: the embedded vocabulary).", valueName: "file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Ids set aside for image codes; 0 gives the model's own ids.", valueName: "n"))
  var imageCodes = ICETokenizer.icetkImageVocabularySize

  @Option(
    help: ArgumentHelp(
      "icetk or chatglm (default: told from the model). chatglm adds its tokens to a model that "
        + "lacks them.", valueName: "name"))
  var profile: ICETokenizer.Profile?

  @Option(
    help: ArgumentHelp(
      "Add a special token, such as <start_of_image>; repeatable.",
      valueName: "token"))
  var add: [String] = []

  @Flag(
    help: "Take a model file that looks cut off, because it was made with fewer pieces.")
  var partialModel = false

  func load(images: [any ImageCodec] = []) throws -> ICETokenizer {
    try Self.reportingErrors {
      let text: SentencePieceTokenizer
      if let model {
        do throws(SentencePieceError) {
          text = try SentencePieceTokenizer(
            contentsOf: URL(fileURLWithPath: model), acceptsPartial: partialModel)
        } catch {
          if case .unreadable = error.reason { throw CommandFailure(.inputUnusable, "\(error)") }
          throw CommandFailure(.inputUnusable, "\(model): \(error)")
        }
      } else {
        text = try ICETokenizer.embedded().text
      }
      var tokenizer = try ICETokenizer(
        text: text, images: images, imageVocabularySize: imageCodes,
        profile: profile == .icetk ? .icetk : nil)
      if profile == .chatGLM, tokenizer.profile != .chatGLM {
        tokenizer = try tokenizer.extendedForChatGLM()
      }
      if !add.isEmpty { try tokenizer.addSpecialTokens(add) }
      return tokenizer
    }
  }

  /// Runs `body`; what the library throws becomes the command's one line.
  static func reportingErrors<T>(_ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as UnifiedTokenizerError {
      throw CommandFailure(.inputUnusable, "\(error)")
    }
  }
}

/// `--line-breaks`, `--spaces`, `--no-space`: what is kept of white space.
struct ICETextOptions: ParsableArguments {
  @Flag(
    name: .customLong("line-breaks"), inversion: .prefixedNo,
    help: "Keep line breaks as <n> (default: as the profile does).")
  var lineBreaks: Bool?

  @Flag(
    name: .customLong("first-space"), inversion: .prefixedNo,
    help: "Keep the space that the model puts before a text.")
  var firstSpace = true

  @Flag(
    help: #"Read \n, \t and \\ in a line as line break, tab and backslash; decoding writes them."#)
  var escapes = false

  func options(for tokenizer: ICETokenizer) -> ICETokenizer.TextOptions {
    var options = tokenizer.defaultTextOptions
    if let lineBreaks { options.keepsLineBreaks = lineBreaks }
    options.startsWithSpace = firstSpace
    return options
  }

  func read(_ line: String) -> String { escapes ? Self.unescape(line) : line }

  @Sendable static func unescape(_ line: String) -> String {
    var result = ""
    var escaped = false
    for scalar in line.unicodeScalars {
      switch (escaped, scalar) {
      case (false, "\\"):
        escaped = true
        continue
      case (true, "n"): result += "\n"
      case (true, "t"): result += "\t"
      case (true, "\\"): result += "\\"
      case (true, _):
        result += "\\"
        result.unicodeScalars.append(scalar)
      case (false, _): result.unicodeScalars.append(scalar)
      }
      escaped = false
    }
    return escaped ? result + "\\" : result
  }

  func write(_ text: String) -> String {
    guard escapes else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
