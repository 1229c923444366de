public import ArgumentParser
public import Pipelines
import Tokens

/// `--text` and what belongs to it: how captions become ids.
struct CaptionTextOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Store the captions as ids too, made by this text model: byte pairs (YTTM), ICE or "
        + "sentencepiece, told from the file; ice is the embedded ICE vocabulary.",
      valueName: "model"))
  var text: String?

  @Option(
    help: ArgumentHelp("Say what the model is: yttm, ice or sentencepiece.", valueName: "family"))
  var textFamily: TextModel.Family?

  @Flag(help: "Put captions in lower case and trim them first, as ruDALL-E does.")
  var textLowercase = false

  @Option(
    help: ArgumentHelp(
      "Keep the first n ids of a caption; 0 keeps all. How many were cut is reported.",
      valueName: "n"))
  var textLength = 0

  @Option(help: ArgumentHelp("Fill shorter captions up with this id.", valueName: "id"))
  var textPad: TokenID?

  func validate() throws {
    guard text != nil else {
      if textFamily != nil || textLowercase || textLength != 0 || textPad != nil {
        throw ValidationError("the options of --text need --text, the model")
      }
      return
    }
    guard (0...65_536).contains(textLength) else {
      throw ValidationError("--text-length must lie in 0...65536, not \(textLength)")
    }
    if textPad != nil, textLength == 0 {
      throw ValidationError("--text-pad needs --text-length, the length to fill up to")
    }
  }

  /// The encoding asked for; nil without `--text`.
  func load() throws -> CaptionEncoding? {
    guard let text else { return nil }
    let model = try TextModel.load(text, family: textFamily, lowercasing: textLowercase)
    if let textPad, !(0..<model.vocabularySize).contains(Int(textPad)) {
      throw CommandFailure.usage(
        "--text-pad \(textPad): the vocabulary of \(text) has the ids 0..<\(model.vocabularySize)")
    }
    return CaptionEncoding(model: model, maximumLength: textLength, paddingToken: textPad)
  }
}

extension TextModel.Family: ExpressibleByArgument {}

extension TextModel {
  /// The word that stands for the embedded ICE vocabulary.
  static let embeddedWord = "ice"

  /// The model that a command line names.
  static func load(_ name: String, family: Family?, lowercasing: Bool) throws -> TextModel {
    var model =
      name == embeddedWord ? try embedded() : try TextModel(contentsOfFile: name, family: family)
    model.lowercasesText = lowercasing
    return model
  }
}
