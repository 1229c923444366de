import SentencePieces
import Testing
import Tokens

@Suite struct SentencePieceGoldenTests {
  @Test(arguments: Golden.names) func idsEqualThePythonPackage(name: String) throws {
    let golden = try Golden.loaded.get()
    let model = try #require(golden.models[name])
    let tokenizer = try Golden.tokenizer(name)
    for (line, ids) in zip(golden.lines, model.ids) {
      #expect(tokenizer.encode(line) == ids, "\(line.debugDescription)")
    }
    #expect(tokenizer.encode(golden.lines, threads: 2) == model.ids)
  }

  @Test(arguments: Golden.names) func piecesEqualThePythonPackage(name: String) throws {
    let golden = try Golden.loaded.get()
    let model = try #require(golden.models[name])
    let tokenizer = try Golden.tokenizer(name)
    for (line, pieces) in zip(golden.lines, model.pieces) {
      let ours = tokenizer.pieces(of: line)
      #expect(ours.count == pieces.count && zip(ours, pieces).allSatisfy(sameBytes))
    }
  }

  @Test(arguments: Golden.names) func decodedTextEqualsThePythonPackage(name: String) throws {
    let golden = try Golden.loaded.get()
    let model = try #require(golden.models[name])
    let tokenizer = try Golden.tokenizer(name)
    for (ids, text) in zip(model.ids, model.decoded) {
      #expect(sameBytes(try tokenizer.decode(ids), text), "\(ids)")
    }
    for (ids, text) in zip(model.soup, model.soupDecoded) {
      #expect(sameBytes(try tokenizer.decode(ids), text), "\(ids)")
    }
  }

  @Test(arguments: ["unigram", "unigram-bytes"]) func nBestEqualsThePythonPackage(name: String)
    throws
  {
    let golden = try Golden.loaded.get()
    let model = try #require(golden.models[name])
    let tokenizer = try Golden.tokenizer(name)
    for (line, lists) in zip(golden.lines[5...], model.nbest) {
      #expect(try tokenizer.nBest(line, count: 5) == lists, "\(line.debugDescription)")
    }
  }

  @Test(arguments: Golden.names) func marksEqualThePythonPackage(name: String) throws {
    let tokenizer = try Golden.tokenizer(name)
    let marks = try #require(try Golden.loaded.get().models[name]).marks
    #expect(
      [tokenizer.unknownID, tokenizer.beginningID, tokenizer.endID, tokenizer.paddingID]
        == marks.map(Optional.some))
  }
}
