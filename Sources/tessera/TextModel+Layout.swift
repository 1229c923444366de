import Pipelines
import TokenFiles
import Tokens
import UnifiedTokenizer

/// The text models that layouts of the seed systems take.
extension TextModel {
  /// Reads the model that the layout needs: ICE with the marks of CogView2, a sentencepiece model
  /// for CogView, byte pairs of text in lower case for the others.
  ///
  /// - Parameter path: Nil for the embedded vocabulary of CogView2's layouts.
  init(path: String?, layout: String, imageCodes: Int) throws {
    let family = Self.family(ofLayout: layout)
    switch (family, path) {
    case (.ice, _):
      let model =
        try path.map {
          try TextModel(contentsOfFile: $0, family: .ice, imageVocabularySize: imageCodes)
        } ?? TextModel.embedded()
      guard case .ice(let bare) = model.tokenizer else { preconditionFailure("asked for ICE") }
      let tokenizer = try ICEModelOptions.reportingErrors {
        var tokenizer = bare
        try tokenizer.addSpecialTokens([
          "<start_of_image>", "<start_of_english>", "<start_of_chinese>",
        ])
        return tokenizer
      }
      self.init(.ice(tokenizer), digest: model.digest)
    case (.sentencepiece, nil):
      throw CommandFailure.usage(
        "layout cogview needs --text, its sentencepiece model, or --text-ids")
    case (.yttm, nil):
      throw CommandFailure.usage(
        "layout \(layout) needs --text, its byte-pair model, or --text-ids")
    case (_, let path?):
      try self.init(contentsOfFile: path, family: family)
      lowercasesText = family == .yttm
    }
  }

  private static func family(ofLayout layout: String) -> Family {
    layout.hasPrefix("cogview2") ? .ice : layout == "cogview" ? .sentencepiece : .yttm
  }

  /// Whether caption ids that a token file holds already are those that the layout takes; for
  /// CogView2's layouts, those of the embedded vocabulary.
  static func storesIDs(_ header: TokenFileHeader, forLayout layout: String) -> Bool {
    guard let stored = header.textTokenizer else { return false }
    switch family(ofLayout: layout) {
    case .yttm: return stored.name == "yttm-lowercase"
    case .sentencepiece: return stored.name == "sentencepiece"
    case .ice: return stored.name == "ice" && stored.digest == (try? TextModel.embedded().digest)
    }
  }

  /// The ids that CogView2's rows need, nil for other models.
  var iceIDs: SequenceLayout.ICEIDs? {
    guard case .ice(let tokenizer) = tokenizer, let padding = tokenizer.id(of: "<pad>"),
      let start = tokenizer.id(of: "<start_of_image>")
    else { return nil }
    return SequenceLayout.ICEIDs(
      imageVocabularySize: tokenizer.imageVocabularySize, padding: padding, startOfImage: start,
      size: tokenizer.vocabularySize)
  }
}
