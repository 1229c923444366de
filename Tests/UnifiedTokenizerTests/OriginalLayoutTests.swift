import SentencePieces
import TestSupport
import Testing
import Tokens
import UnifiedTokenizer

/// The id space of the original `ice_text.model`, told by a look-alike: 130,000 pieces in its
/// layout, with the pieces of the published vectors where these say they stand.
@Suite struct OriginalLayoutTests {
  /// Published vectors of icetk (README of icetk 0.0.7), in unified ids, with the pieces they name.
  private static let icetk: [(text: String, ids: [TokenID], pieces: [String])] = [
    (
      "Hello World! I am icetk.",
      [39316, 20932, 20035, 20115, 20344, 22881, 35955, 20007],
      ["▁Hello", "▁World", "!", "▁I", "▁am", "▁ice", "tk", "."]
    ),
    (
      "你好世界！这里是 icetk。",
      [20005, 94874, 84097, 20035, 94947, 22881, 35955, 83823],
      ["▁", "你好", "世界", "!", "这里是", "▁ice", "tk", "。"]
    ),
  ]

  /// Published vectors of ChatGLM-6B's tokenizer, in the text model's own ids.
  private static let chatGLM: [(text: String, ids: [TokenID], pieces: [String])] = [
    (
      "[Round 0]\n问：\t", [53, 6945, 5, 8, 42, 4, 64286, 12, 130008],
      ["▁[", "Round", "▁", "0", "]", "<n>", "问", ":", "<|tab|>"]
    ),
    ("问题1", [5, 63963, 9], ["▁", "问题", "1"]),
    (
      "\t   \t     \n \n", [5, 130008, 130010, 130008, 130012, 4, 5, 4],
      ["▁", "<|tab|>", "<|blank_3|>", "<|tab|>", "<|blank_5|>", "<n>", "▁", "<n>"]
    ),
  ]

  /// Where the kinds of the original lie, in unified ids.
  private static let english: Range<TokenID> = 20_100..<83_823
  private static let chinese: Range<TokenID> = 83_823..<145_653
  private static let rare: Range<TokenID> = 145_653..<150_000

  /// The look-alike: the fixture's normaliser and marks, and 130,000 pieces. A piece of a vector
  /// has the place that the vector gives it; every other place is filled with text that stands in
  /// no vector.
  private static let lookAlike = Result {
    let trained = try fixtureTokenizer().text.model
    var pieces = [SentencePieceModel.Piece?](repeating: nil, count: 130_000)
    for id in 0..<5 { pieces[id] = trained.pieces[id] }
    for (vectors, offset) in [(icetk, 20_000), (chatGLM, 0)] {
      for vector in vectors {
        for (id, text) in zip(vector.ids, vector.pieces) where Int(id) - offset < 130_000 {
          if Int(id) - offset < 5 { continue }
          pieces[Int(id) - offset] = .init(text: text, score: -8)
        }
      }
    }
    /// The `number`th string of `count` scalars from `first` on.
    func filler(_ number: Int, _ first: UInt32, _ count: UInt32) -> String {
      var text = String.UnicodeScalarView()
      for digit in [number / 3600, number / 60 % 60, number % 60] {
        text.append(Unicode.Scalar(first + UInt32(digit) % count)!)
      }
      return String(text)
    }
    for id in pieces.indices where pieces[id] == nil {
      let unified = TokenID(id + 20_000)
      let text =
        english.contains(unified)
        // Four letters, of which the first says that no word of a vector starts so.
        ? "Q" + letters(id)
        : chinese.contains(unified)
          ? filler(id, 0x5800, 60) : rare.contains(unified) ? filler(id, 0x1200, 60) : common(id)
      pieces[id] = .init(text: text, score: -12)
    }
    var model = trained
    model.pieces = pieces.compactMap { $0 }
    return try ICETokenizer(text: SentencePieceTokenizer(model))
  }

  private static func letters(_ number: Int) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz")
    return String([17_576, 676, 26, 1].map { alphabet[number / $0 % 26] })
  }

  /// ASCII that is no letter, with and without a space, for the first hundred places.
  private static func common(_ id: Int) -> String {
    let used = Set((icetk + chatGLM).flatMap(\.pieces))
    let scalars = (1...0x40).map { String(UnicodeScalar($0)) } + ["^", "_", "`", "{", "|", "}"]
    // The vectors say that a digit and the space before it are two pieces.
    let spaced = scalars.filter { !$0.allSatisfy(\.isNumber) }.map { "▁" + $0 }
    return (scalars + spaced).filter { !used.contains($0) }[id - 5]
  }

  @Test func sizesAndOffsetsAreTheOriginals() throws {
    var ice = try Self.lookAlike.get()
    #expect(ice.imageVocabularySize == 20_000 && ice.text.pieceCount == 130_000)
    #expect(ice.vocabularySize == 150_000)
    let layout = try #require(ICELayout(ice))
    #expect(layout[.image] == 0..<20_000 && layout[.special] == 20_000..<20_005)
    #expect(layout[.common] == 20_005..<20_100 && layout[.english] == Self.english)
    #expect(layout[.chinese] == Self.chinese && layout[.rare] == Self.rare)
    #expect(layout[.added].isEmpty)
    #expect(ice.id(of: "<image_19999>") == 19_999 && ice.token(20_004) == "<n>")
    #expect(
      try ice.addSpecialTokens(["<start_of_image>", "<start_of_english>", "<start_of_chinese>"])
        == [150_000, 150_001, 150_002])
    #expect(ice.encode("World<start_of_image>").last == 150_000)
    try ice.discourage(Self.rare)
    #expect(ice.discouragedIDs.count == Self.rare.count)
  }

  @Test func icetksVectorsComeOut() throws {
    let ice = try Self.lookAlike.get()
    for vector in Self.icetk {
      #expect(ice.encode(vector.text) == vector.ids)
      #expect(ice.tokenize(vector.text) == vector.pieces)
    }
  }

  /// 130,000 pieces become 130,344, and the marks stand where ChatGLM's embedding expects them.
  @Test(arguments: [0, 20_000]) func chatGLMsVectorsComeOut(imageCodes: Int) throws {
    let glm = try Self.lookAlike.get().extendedForChatGLM(imageVocabularySize: imageCodes)
    #expect(glm.text.pieceCount == 130_344 && glm.vocabularySize == 130_344 + imageCodes)
    let offset = TokenID(imageCodes)
    for vector in Self.chatGLM {
      let ids = glm.encode(vector.text)
      #expect(ids == vector.ids.map { $0 + offset }, "\(vector.text.debugDescription)")
      #expect(glm.tokenize(vector.text) == vector.pieces)
    }
    #expect(try glm.decodeText(glm.encode("\t   \t     \n \n")) == "\t   \t     \n \n")
    for (token, id) in [
      ("[MASK]", 130_000), ("[gMASK]", 130_001), ("<sop>", 130_004), ("<eop>", 130_005),
      ("<|tab|>", 130_008), ("<|blank_2|>", 130_009), ("<|blank_80|>", 130_087),
      ("<0x00>", 130_088), ("<0xFF>", 130_343),
    ] as [(String, TokenID)] {
      #expect(glm.id(of: token) == id + offset, "\(token)")
    }
    // A character that no piece holds is spelled in bytes.
    #expect(
      glm.encode("\u{1F600}").suffix(4)
        == [0xF0, 0x9F, 0x98, 0x80].map { 130_088 + $0 + offset })
  }
}
