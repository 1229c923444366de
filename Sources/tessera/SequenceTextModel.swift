import BytePairEncoding
import Foundation
import SentencePieces
import Tokens
import UnifiedTokenizer

/// The tokenizer of a layout's captions.
enum SequenceTextModel {
  /// CogView2: ICE, in unified ids, with `<start_of_image>` added where it is missing.
  case ice(ICETokenizer)
  /// CogView: a sentencepiece model with its own ids.
  case pieces(SentencePieceTokenizer)
  /// ruDALL-E, RUDOLPH, DALL-E: byte pairs of text in lower case without blanks around it.
  case bytePairs(BPETokenizer)

  /// Reads the model that the layout needs; nil for the embedded vocabulary of CogView2's layouts.
  init(path: String?, layout: String, imageCodes: Int) throws {
    switch layout {
    case _ where layout.hasPrefix("cogview2"):
      self = .ice(
        try ICEModelOptions.reportingErrors {
          var tokenizer =
            try path.map {
              try ICETokenizer(
                text: URL(fileURLWithPath: $0), imageVocabularySize: imageCodes)
            } ?? ICETokenizer.embedded()
          try tokenizer.addSpecialTokens([
            "<start_of_image>", "<start_of_english>", "<start_of_chinese>",
          ])
          return tokenizer
        })
    case "cogview":
      guard let path else {
        throw CommandFailure.usage("layout cogview needs --text, its sentencepiece model")
      }
      do {
        self = .pieces(try SentencePieceTokenizer(contentsOf: URL(fileURLWithPath: path)))
      } catch {
        throw CommandFailure(.inputUnusable, "\(path): \(error)")
      }
    default:
      guard let path else {
        throw CommandFailure.usage(
          "layout \(layout) needs --text, its byte-pair model, or --text-ids")
      }
      guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
        throw CommandFailure(.inputUnusable, "\(path): cannot be read")
      }
      do {
        self = .bytePairs(try BPETokenizer(modelBytes: [UInt8](data).span))
      } catch {
        throw CommandFailure(.inputUnusable, "\(path): \(error)")
      }
    }
  }

  /// The text as ids of the layout.
  func encode(_ text: String) throws -> [TokenID] {
    switch self {
    case .ice(let tokenizer): tokenizer.encode(text)
    case .pieces(let tokenizer): tokenizer.encode(text)
    case .bytePairs(let tokenizer):
      try tokenizer.encode(
        text.lowercased().trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  /// The text that ids of the layout stand for.
  func decode(_ ids: [TokenID]) throws -> String {
    do {
      switch self {
      case .ice(let tokenizer): return try tokenizer.decodeText(ids)
      case .pieces(let tokenizer): return try tokenizer.decode(ids)
      case .bytePairs(let tokenizer): return try tokenizer.decode(ids)
      }
    } catch {
      throw CommandFailure(.inputUnusable, "\(error)")
    }
  }

  /// The ids that CogView2's rows need, nil for other models.
  var iceIDs: SequenceLayout.ICEIDs? {
    guard case .ice(let tokenizer) = self, let padding = tokenizer.id(of: "<pad>"),
      let start = tokenizer.id(of: "<start_of_image>")
    else { return nil }
    return SequenceLayout.ICEIDs(
      imageVocabularySize: tokenizer.imageVocabularySize, padding: padding, startOfImage: start,
      size: tokenizer.vocabularySize)
  }
}
