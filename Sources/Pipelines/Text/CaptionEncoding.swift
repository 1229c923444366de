public import TokenFiles
public import Tokens

/// How captions become ids in a token file.
public struct CaptionEncoding: Sendable {
  /// The column of the ids of a row's captions, one caption behind the other (`tokens`).
  public static let idsName = "caption_ids"
  /// The column of how many ids each of them has, padding not counted (`tokens`).
  public static let lengthsName = "caption_lengths"

  /// The tokenizer.
  public let model: TextModel
  /// Ids that a caption keeps at most, the first ones; 0 keeps all.
  public let maximumLength: Int
  /// What fills shorter captions up to ``maximumLength``; nil leaves them short.
  public let paddingToken: TokenID?

  /// Makes an encoding.
  ///
  /// - Parameters:
  ///   - maximumLength: 0, or up to 65,536.
  ///   - paddingToken: An id of the vocabulary, and only with a maximum length.
  public init(model: TextModel, maximumLength: Int = 0, paddingToken: TokenID? = nil) {
    precondition((0...65_536).contains(maximumLength), "maximum length \(maximumLength)")
    precondition(
      paddingToken.map { maximumLength > 0 && (0..<model.vocabularySize).contains(Int($0)) }
        ?? true,
      "padding with \(paddingToken ?? 0) to \(maximumLength) in \(model.vocabularySize) ids")
    self.model = model
    self.maximumLength = maximumLength
    self.paddingToken = paddingToken
  }

  /// The captions of a row as ids.
  public struct Encoded: Hashable, Sendable {
    /// The ids of all captions, one behind the other, padding included.
    public var ids: [TokenID] = []
    /// The number of each caption's own ids.
    public var lengths: [TokenID] = []
    /// Captions that lost ids to the maximum length.
    public var cutCount = 0
  }

  /// Encodes the captions of a row.
  public func encode(_ captions: [String]) -> Encoded {
    var encoded = Encoded()
    for caption in captions {
      var ids = model.encode(caption)
      if maximumLength > 0, ids.count > maximumLength {
        ids.removeLast(ids.count - maximumLength)
        encoded.cutCount += 1
      }
      encoded.lengths.append(TokenID(ids.count))
      encoded.ids += ids
      if let paddingToken {
        encoded.ids += repeatElement(paddingToken, count: maximumLength - ids.count)
      }
    }
    return encoded
  }

  /// What a token file's header says about it.
  public var identity: TokenFileHeader.TextTokenizer {
    TokenFileHeader.TextTokenizer(
      name: model.name, digest: model.digest, vocabularySize: model.vocabularySize,
      maximumLength: maximumLength, paddingToken: paddingToken)
  }

  /// Puts the tokenizer and the two columns into a header.
  func describe(in header: inout TokenFileHeader) {
    header.textTokenizer = identity
    let next = (header.columns.map(\.id).max() ?? 0) + 1
    let longest = maximumLength > 0 ? maximumLength : TokenFileLimits.tokensPerValue
    header.columns += [
      TokenFileColumn(
        id: next, name: Self.idsName, kind: .tokens(vocabularySize: model.vocabularySize)),
      TokenFileColumn(
        id: next + 1, name: Self.lengthsName, kind: .tokens(vocabularySize: longest + 1)),
    ]
  }
}

extension CaptionEncoding.Encoded {
  /// The values of the two columns.
  var values: [String: TokenFileValue] {
    [CaptionEncoding.idsName: .tokens(ids), CaptionEncoding.lengthsName: .tokens(lengths)]
  }
}

extension TokenFileRow {
  /// The ids of each caption without padding; nil when the file has none.
  ///
  /// - Parameter tokenizer: The header's.
  public func captionIDs(_ tokenizer: TokenFileHeader.TextTokenizer) -> [[TokenID]]? {
    guard case .tokens(let ids)? = values[CaptionEncoding.idsName],
      case .tokens(let lengths)? = values[CaptionEncoding.lengthsName]
    else { return nil }
    var captions: [[TokenID]] = []
    var start = 0
    for length in lengths {
      let end = start + Int(length)
      guard length >= 0, end <= ids.count else { return nil }
      captions.append(Array(ids[start..<end]))
      start = tokenizer.paddingToken == nil ? end : start + tokenizer.maximumLength
      guard start <= ids.count else { return nil }
    }
    return captions
  }
}
