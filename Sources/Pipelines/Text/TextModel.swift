import ByteCoding
public import BytePairEncoding
import Datasets
public import SentencePieces
public import Tokens
public import UnifiedTokenizer

/// A tokenizer of captions, of any family that Tessera knows, told from its model file.
///
/// A value that may be used from any number of threads at once.
public struct TextModel: Sendable {
  /// The families of text tokenizers; the raw value is the name in a token file's header.
  public enum Family: String, Hashable, Sendable, CaseIterable {
    /// Byte pairs in YouTokenToMe's format.
    case yttm
    /// A vocabulary in the ICE layout, in unified ids: image codes first, text behind them.
    case ice
    /// A sentencepiece model with its own ids.
    case sentencepiece
  }

  /// The tokenizer itself.
  public enum Tokenizer: Sendable {
    /// Of family ``Family/yttm``.
    case bytePairs(BPETokenizer)
    /// Of family ``Family/ice``.
    case ice(ICETokenizer)
    /// Of family ``Family/sentencepiece``.
    case pieces(SentencePieceTokenizer)
  }

  /// The tokenizer itself.
  public let tokenizer: Tokenizer
  /// SHA-256 of the model file, a byte-pair model's sidecar behind it if there is one; 64
  /// hexadecimal digits.
  public let digest: String
  /// Whether text is put in lower case and freed of white space around it first, as ruDALL-E,
  /// RUDOLPH and DALL-E do.
  public var lowercasesText: Bool

  /// Makes a model of a tokenizer and the digest of the file it came from.
  public init(_ tokenizer: Tokenizer, digest: String, lowercasesText: Bool = false) {
    self.tokenizer = tokenizer
    self.digest = digest
    self.lowercasesText = lowercasesText
  }

  /// Reads a model file.
  ///
  /// A YTTM model begins with a number in decimal; everything else must be a sentencepiece model,
  /// which is ICE's when its pieces stand in that layout.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - family: What it is; nil to be told from its bytes.
  ///   - imageVocabularySize: Ids that an ICE vocabulary sets aside for image codes.
  /// - Throws: ``PipelineError`` when the file cannot be read, or is no sound model of the family.
  public init(
    contentsOfFile path: String, family: Family? = nil,
    imageVocabularySize: Int = ICETokenizer.icetkImageVocabularySize
  ) throws(PipelineError) {
    let bytes = try Self.read(path)
    do {
      if family == .yttm || family == nil && Self.isBytePairModel(bytes) {
        let tokenizer = try BPETokenizer(contentsOfFile: path)
        let sidecar =
          tokenizer.preparation.isIdentity
          ? [] : try Self.read(BPETokenizer.sidecarPath(ofModel: path))
        self.init(
          .bytePairs(tokenizer), digest: SHA256.hexadecimal(of: (bytes + sidecar).span.bytes))
        return
      }
      let digest = SHA256.hexadecimal(of: bytes.span.bytes)
      let pieces = try SentencePieceTokenizer(modelBytes: bytes)
      if family == .sentencepiece {
        self.init(.pieces(pieces), digest: digest)
        return
      }
      let ice = try ICETokenizer(text: pieces, imageVocabularySize: imageVocabularySize)
      let isICE = family == .ice || Self.isInICEOrder(ice)
      self.init(isICE ? .ice(ice) : .pieces(pieces), digest: digest)
    } catch let error as PipelineError {
      throw error
    } catch let error as BPEError {
      throw PipelineError(.textModel("\(BPEError(error.reason, line: error.line))"), path: path)
    } catch {
      throw PipelineError(.textModel("\(error)"), path: path)
    }
  }

  /// The ICE vocabulary that is part of the program.
  public static func embedded() throws(PipelineError) -> TextModel {
    do {
      let tokenizer = try ICETokenizer.embedded()
      let bytes = tokenizer.text.model.serialized()
      return TextModel(.ice(tokenizer), digest: SHA256.hexadecimal(of: bytes.span.bytes))
    } catch {
      throw PipelineError(.textModel("\(error)"), path: ICETokenizer.embeddedName)
    }
  }

  private static func read(_ path: String) throws(PipelineError) -> [UInt8] {
    do {
      return try FileSystem.read(path, limit: 1 << 31)
    } catch {
      throw PipelineError(.inputs(DatasetError(path: path, reason: .system(error))), path: path)
    }
  }

  private static func isBytePairModel(_ bytes: [UInt8]) -> Bool {
    bytes.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
  }

  /// Whether most pieces stand where ICE has them: English behind common ones, then Chinese. Any
  /// vocabulary of both languages begins with short stretches that look alike.
  private static func isInICEOrder(_ tokenizer: ICETokenizer) -> Bool {
    guard let layout = ICELayout(tokenizer) else { return false }
    return (layout[.english].count + layout[.chinese].count) * 2 >= tokenizer.text.pieceCount
  }

  // MARK: What it is and does

  /// The family.
  public var family: Family {
    switch tokenizer {
    case .bytePairs: .yttm
    case .ice: .ice
    case .pieces: .sentencepiece
    }
  }

  /// The name in a token file's header: the family, and `-lowercase` behind it where text is put in
  /// lower case.
  public var name: String { family.rawValue + (lowercasesText ? "-lowercase" : "") }

  /// One more than the largest id.
  public var vocabularySize: Int {
    switch tokenizer {
    case .bytePairs(let tokenizer): tokenizer.vocabularySize
    case .ice(let tokenizer): tokenizer.vocabularySize
    case .pieces(let tokenizer): tokenizer.pieceCount
    }
  }

  /// The ids of a text, none of them a mark of beginning or end.
  public func encode(_ text: String) -> [TokenID] {
    let text = lowercasesText ? Self.trimmed(text.lowercased()) : text
    switch tokenizer {
    case .bytePairs(let tokenizer):
      // Only dropout and missing marks could be refused, and neither is asked for.
      do { return try tokenizer.encode(text) } catch { fatalError("\(error)") }
    case .ice(let tokenizer): return tokenizer.encode(text)
    case .pieces(let tokenizer): return tokenizer.encode(text)
    }
  }

  /// The numbers of ids of many texts, faster than one by one.
  func lengths(of texts: [String]) -> [Int] {
    let texts = lowercasesText ? texts.map { Self.trimmed($0.lowercased()) } : texts
    switch tokenizer {
    case .bytePairs(let tokenizer):
      do {
        let ends = try tokenizer.encode(batch: texts, threads: 1).ends
        return zip(ends, [0] + ends).map { $0 - $1 }
      } catch {
        // As in encode(_:).
        fatalError("\(error)")
      }
    case .ice(let tokenizer): return texts.map { tokenizer.encode($0).count }
    case .pieces(let tokenizer): return texts.map { tokenizer.encode($0).count }
    }
  }

  /// The text that ids stand for.
  ///
  /// - Throws: ``PipelineError`` for an id that the vocabulary does not have, or that is no text.
  public func decode(_ ids: [TokenID]) throws(PipelineError) -> String {
    do {
      switch tokenizer {
      case .bytePairs(let tokenizer): return try tokenizer.decode(ids)
      case .ice(let tokenizer): return try tokenizer.decodeText(ids)
      case .pieces(let tokenizer): return try tokenizer.decode(ids)
      }
    } catch {
      throw PipelineError(.textModel("\(error)"), path: name)
    }
  }

  private static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
    guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
    return String(scalars[...last])
  }
}
