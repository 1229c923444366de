import Foundation
import SentencePieces
import TestSupport
import Testing

@Suite struct SentencePieceTrainingTests {
  private static func corpus() throws -> [String] {
    try String(contentsOf: Fixtures.url("sentencepiece/corpus.txt"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  @Test(arguments: [SentencePieceModel.Algorithm.unigram, .bpe])
  func trainingGivesTheSameBytesAgain(algorithm: SentencePieceModel.Algorithm) throws {
    var options = SentencePieceTrainingOptions()
    options.algorithm = algorithm
    options.vocabularySize = 700
    options.paddingID = 3
    options.userDefinedPieces = ["<n>", "a,b", "say\"so\""]
    options.byteFallback = algorithm == .bpe
    let lines = try Self.corpus()
    let first = try SentencePieceTokenizer.train(on: lines, options: options)
    let second = try SentencePieceTokenizer.train(on: lines, options: options)
    #expect(first.model.serialized() == second.model.serialized())
    #expect(first.pieceCount == 700)
    #expect(first.paddingID == 3)
    for piece in options.userDefinedPieces {
      let id = try #require(first.id(of: piece))
      #expect(first.piece(id)?.type == .userDefined)
      #expect(first.encode("x" + piece + "y").contains(id))
    }
    for line in lines.prefix(200) {
      #expect(try first.segmentsAsWellAsTheLibrary(line))
    }
  }

  @Test func samplingBoundsTheTextAndFollowsTheSeed() throws {
    var options = SentencePieceTrainingOptions()
    options.vocabularySize = 300
    options.sampledLineCount = 300
    options.vocabularySizeIsExact = false
    let lines = try Self.corpus()
    let first = try SentencePieceTokenizer.train(on: lines, options: options)
    #expect(
      try SentencePieceTokenizer.train(on: lines, options: options).model.serialized()
        == first.model.serialized())
    options.seed = 2
    #expect(
      try SentencePieceTokenizer.train(on: lines, options: options).model.serialized()
        != first.model.serialized())
  }

  @Test func impossibleTrainingIsRefusedInOneLine() throws {
    #expect(throws: SentencePieceError(.emptyCorpus)) {
      try SentencePieceTokenizer.train(on: [String]())
    }
    #expect(throws: SentencePieceError(.emptyCorpus)) {
      try SentencePieceTokenizer.train(on: ["", "   ", "\t"])
    }
    var options = SentencePieceTrainingOptions()
    options.vocabularySize = 100_000
    for algorithm in [SentencePieceModel.Algorithm.unigram, .bpe] {
      options.algorithm = algorithm
      #expect(throws: SentencePieceError.self) {
        try SentencePieceTokenizer.train(on: ["just one short line"], options: options)
      }
    }
    options.vocabularySize = 3
    #expect(throws: SentencePieceError.self) {
      try SentencePieceTokenizer.train(on: ["abc"], options: options)
    }
    options = .init()
    options.endID = 1
    #expect(throws: SentencePieceError.self) {
      try SentencePieceTokenizer.train(on: ["abc"], options: options)
    }
    options = .init()
    options.userDefinedPieces = ["<x>", "<x>"]
    #expect(throws: SentencePieceError.self) {
      try SentencePieceTokenizer.train(on: try Self.corpus(), options: options)
    }
  }
}
