import Foundation
import SentencePieces
import TestSupport
import Testing
import UnifiedTokenizer

@Suite struct ICETrainingTests {
  /// The fixture's lines, sorted into those with Han characters and those without.
  private func corpora() throws -> [[String]] {
    let lines = try String(contentsOf: Fixtures.url("sentencepiece/corpus.txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    func isChinese(_ line: String) -> Bool {
      line.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }
    return [lines.filter(isChinese), lines.filter { !isChinese($0) }]
  }

  private func smallOptions() -> ICETrainingOptions {
    var options = ICETrainingOptions()
    options.vocabularySize = 800
    return options
  }

  @Test func idsFollowTheLayout() throws {
    let result = try ICETokenizer.train(on: corpora(), options: smallOptions())
    let (ice, layout) = (result.tokenizer, result.layout)
    #expect(layout[.image] == 0..<20000 && layout[.special] == 20000..<20005)
    #expect((0..<5).map { ice.token(20000 + $0) } == ["<unk>", "<s>", "</s>", "<pad>", "<n>"])
    var end: Int32 = 0
    for kind in ICELayout.Kind.allCases {
      #expect(layout[kind].lowerBound == end)
      end = layout[kind].upperBound
    }
    #expect(Int(end) == ice.vocabularySize && ice.text.pieceCount == 800)
    #expect(try layout[.common].contains(#require(ice.id(of: "▁"))))
    #expect(layout[.common].upperBound <= 20100)
    for kind in [ICELayout.Kind.common, .english, .chinese, .rare] {
      let scores = layout[kind].compactMap { ice.text.piece($0 - 20000)?.score }
      #expect(scores == scores.sorted(by: >))
    }
    for id in layout[.chinese] {
      #expect(try !#require(ice.token(id)).hasPrefix("▁"))
    }
    #expect(result.verifiedLineCount > 500)
  }

  @Test func noHanPieceCarriesASpace() throws {
    let ice = try ICETokenizer.train(on: corpora(), options: smallOptions()).tokenizer
    let joined = ice.text.model.pieces.filter {
      $0.text.hasPrefix("▁")
        && $0.text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }
    #expect(joined.isEmpty)
    #expect(ice.tokenize("图像").first == "▁")
  }

  @Test func trainingIsDeterministicAndFollowsTheSeed() throws {
    var options = smallOptions()
    options.linesPerCorpus = 400
    options.vocabularySize = 600
    let corpora = try corpora()
    let first = try ICETokenizer.train(on: corpora, options: options)
    let second = try ICETokenizer.train(on: corpora, options: options)
    #expect(first.tokenizer.text.model.serialized() == second.tokenizer.text.model.serialized())
    options.seed = 2
    let third = try ICETokenizer.train(on: corpora, options: options)
    #expect(first.tokenizer.text.model.serialized() != third.tokenizer.text.model.serialized())
  }

  @Test func corporaAreBalanced() throws {
    var options = smallOptions()
    let result = try ICETokenizer.train(on: corpora(), options: options)
    let counts = result.characterCounts
    #expect(result.lineCounts == (try corpora().map(\.count)))
    #expect(zip(result.usedLineCounts, result.lineCounts).allSatisfy { $0 <= $1 && $0 > 100 })
    #expect(result.usedLineCounts != result.lineCounts)
    #expect(abs(counts[0] - counts[1]) < 300)
    options.isBalanced = false
    let all = try ICETokenizer.train(on: corpora(), options: options).characterCounts
    #expect(all.max()! > counts.max()!)
  }

  @Test func unusableTextIsRefused() throws {
    #expect(throws: UnifiedTokenizerError.self) {
      try ICETokenizer.train(on: [["only a few words"], ["几个字"]], options: smallOptions())
    }
    #expect(throws: UnifiedTokenizerError(.textModel(SentencePieceError(.emptyCorpus)))) {
      try ICETokenizer.train(on: [[String](), []])
    }
    var options = smallOptions()
    options.linesPerCorpus = 0
    #expect(throws: UnifiedTokenizerError.self) {
      try ICETokenizer.train(on: [["a"]], options: options)
    }
  }

  @Test func theEmbeddedVocabularyWorksAtOnce() throws {
    let ice = try ICETokenizer.embedded()
    #expect(ice.text.pieceCount == 16_000)
    let layout = try #require(ICELayout(ice))
    let ids = ice.encode("你好 world")
    #expect(try ice.decodeText(ids) == "你好 world")
    #expect(ids.first == ice.id(of: "▁"))
    #expect(layout.kind(of: try #require(ids.last)) == .english)
    #expect(layout.kind(of: ids[1]) == .chinese)
    #expect(layout.json.contains("\"size\": 36000"))
  }
}
