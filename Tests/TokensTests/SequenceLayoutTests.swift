import TestSupport
import Testing
import Tokens

/// Rows computed by hand from the papers and sources that each layout names.
@Suite struct SequenceLayoutTests {
  private func grid(_ side: Int, _ start: TokenID = 0, below limit: TokenID = 8192) -> TokenGrid {
    TokenGrid(
      height: side, width: side,
      tokens: (0..<TokenID(side * side)).map { (start + $0) % limit })
  }

  private func repeated(_ id: TokenID, _ count: Int) -> [TokenID] {
    Array(repeating: id, count: count)
  }

  @Test func dalleHasAPadForEveryPlace() throws {
    let layout = try SequenceLayout(named: "dalle")
    #expect(layout.length == 1280 && layout.vocabularySize == 16384 + 256 + 8192)
    let row = try layout.build(SequenceParts(text: [0, 7, 16383], grids: [grid(32, 5)]))
    #expect(row.ids.prefix(5) == [0, 7, 16383, 16387, 16388])
    #expect(row.ids[255] == 16639 && row.ids[256] == 16640 + 5 && row.ids[1279] == 16640 + 1028)
    #expect(row.inputs[256] == 5)
    #expect(row.positions[255...257] == [255, 0, 1])
  }

  @Test func cogviewPutsImagesFirst() throws {
    let layout = try SequenceLayout(named: "cogview")
    #expect(layout.length == 1088 && layout.vocabularySize == 58219)
    let row = try layout.build(SequenceParts(text: [0, 49999], grids: [grid(32)]))
    #expect(
      row.ids.prefix(3) == [8192, 58191, 58192] && row.inputs.prefix(3) == [8192, 58191, -1])
    #expect(row.ids[63] == 58192 && row.ids[64] == 0 && row.ids[1087] == 1023)
    let long = try layout.build(
      SequenceParts(text: Array(0..<70), grids: [grid(32)]))
    #expect(long.ids[63] == 8192 + 63 && long.ids[64] == 0)
  }

  @Test func cogview2StageOneIsWhatTrainingMakesOfACogdataRow() throws {
    let layout = try SequenceLayout(named: "cogview2")
    #expect(layout.length == 512 && layout.vocabularySize == 150_003)
    let row = try layout.build(
      SequenceParts(
        text: [20005, 94874], secondText: [39316], grids: [grid(20, 19999, below: 20000)]))
    let head: [TokenID] = [20005, 94874, 20003, 39316]
    #expect(row.inputs == head + repeated(20003, 108) + [19999] + (0..<399))
    #expect(row.ids == head + repeated(20003, 107) + [150_000, 19999] + (0..<399))
    #expect(row.positions == [0, 1] + repeated(0, 109) + (512...912))
    // 111 ids at most, so that a pad is left for <start_of_image>.
    let long = try layout.build(
      SequenceParts(text: repeated(20100, 200), grids: [grid(20)]))
    #expect(long.inputs[110] == 20100 && long.inputs[111] == 20003 && long.ids[111] == 150_000)
    #expect(long.positions[110] == 110 && long.positions[111] == 512)
  }

  @Test func directSuperResolutionPadsOnTheLeft() throws {
    let layout = try SequenceLayout(named: "cogview2-dsr")
    #expect(layout.length == 4096)
    let row = try layout.build(
      SequenceParts(text: [20005, 94874, 84097], grids: [grid(20, 7), grid(60, 9)]))
    let head = repeated(0, 93) + [20005, 94874, 84097] + (7..<407)
    #expect(row.ids == head + (9..<3609))
    #expect(row.inputs == head + repeated(150_000, 3600))
    #expect(row.positions == repeated(0, 93) + [0, 1, 2] + (513..<913) + (1024..<4624))
    let long = try layout.build(
      SequenceParts(text: (20000..<20200).map { $0 }, grids: [grid(20), grid(60)]))
    #expect(long.ids[0] == 0 && long.ids[1] == 20000 && long.ids[95] == 20094)
  }

  @Test func iterativeSuperResolutionMasksByRound() throws {
    for (round, kept) in [(1, 13), (2, 17), (4, 26), (6, 34)] {
      let layout = try SequenceLayout(named: "cogview2-itersr", round: round)
      #expect(layout.length == 3616)
      let row = try layout.build(SequenceParts(text: [20005], grids: [grid(60)]))
      #expect(row.ids == repeated(0, 15) + [20005] + (0..<3600))
      #expect(row.positions == repeated(0, 15) + [0] + (1024..<4624))
      // Of every 6x6 places, those with a number below the round keep their code.
      #expect(row.inputs[16...].filter { $0 != 150_000 }.count == kept * 100)
    }
    let layout = try SequenceLayout(named: "cogview2-itersr", round: 1)
    let row = try layout.build(SequenceParts(text: [20005], grids: [grid(60)]))
    // First row of the pattern: -1 0 1 2 3 4; the seventh place repeats the first.
    #expect(row.inputs[16..<24] == [0, 1, 150_000, 150_000, 150_000, 150_000, 6, 7])
    let cut = try layout.build(
      SequenceParts(text: (20000..<20100).map { $0 }, grids: [grid(60)]))
    #expect(cut.ids[..<16] == (20000..<20016).map { $0 }[...])
  }

  @Test func otherVocabulariesBringTheirOwnIDs() throws {
    let ice = SequenceLayout.ICEIDs(
      imageVocabularySize: 8192, padding: 8195, startOfImage: 24_192, size: 24_193)
    let layout = try SequenceLayout(named: "cogview2", ice: ice)
    let row = try layout.build(SequenceParts(text: [8200], grids: [grid(20)]))
    #expect(row.ids[0...1] == [8200, 8195] && row.ids[111] == 24_192)
    #expect(throws: SequenceError.self) {
      try layout.build(SequenceParts(text: [8191], grids: [grid(20)]))
    }
  }

  @Test(arguments: SequenceLayout.names) func rowsComeApartAgain(name: String) throws {
    var generator = SeededGenerator(seed: 91)
    let layout = try SequenceLayout(named: name)
    let grids = layout.grids.map { shape in
      TokenGrid(
        height: shape.height, width: shape.width,
        tokens: (0..<shape.count).map { _ in
          .random(in: 0..<TokenID(layout.codebookSize), using: &generator)
        })
    }
    // Ids above the marks of every text vocabulary, and short enough for every layout.
    let text = (0..<9).map { _ in
      TokenID.random(
        in: TokenID(layout.textIDs.lowerBound) + 10..<TokenID(layout.textIDs.upperBound) - 10,
        using: &generator)
    }
    for second in [nil, layout.takesSecondText ? Array(text.reversed()) : nil] {
      let parts = SequenceParts(text: text, secondText: second, grids: grids)
      let row = try layout.build(parts)
      #expect(row.ids.count == layout.length && row.positions.count == layout.length)
      #expect(row.ids.allSatisfy { $0 >= 0 && $0 < layout.vocabularySize })
      var expected = parts
      if name == "rudalle-v2" {
        // Version 2 has no room for the last token; its neighbour stands in.
        expected.grids = [
          TokenGrid(
            height: 32, width: 32, tokens: grids[0].tokens.dropLast() + [grids[0].tokens[1022]])
        ]
      }
      #expect(try layout.split(row.ids) == expected)
      if !name.hasPrefix("cogview2-") {
        #expect(try layout.split(row.inputs, form: .inputs) == parts)
      }
    }
  }

  @Test func generatedTextEndsAtItsEndMark() throws {
    let layout = try SequenceLayout(named: "rudalle")
    var row = try layout.build(SequenceParts(text: [50, 60], grids: [grid(32)])).ids
    row[10] = 77
    #expect(try layout.split(row).text == [50, 60])
  }

  @Test func unfitPartsAndRowsAreRefused() throws {
    let layout = try SequenceLayout(named: "rudalle")
    func reason(_ body: () throws -> Void) -> SequenceError.Reason? {
      do { try body() } catch { return (error as? SequenceError)?.reason }
      return nil
    }
    #expect(
      reason { _ = try layout.build(SequenceParts(text: [], grids: [grid(16)])) }
        == .gridShape(
          grid: 0, expectedHeight: 32, expectedWidth: 32, foundHeight: 16, foundWidth: 16))
    #expect(
      reason { _ = try layout.build(SequenceParts(text: [], grids: [])) }
        == .gridCount(expected: 1, found: 0))
    #expect(
      reason { _ = try layout.build(SequenceParts(text: [5, 16384], grids: [grid(32)])) }
        == .textIDOutOfRange(id: 16384, index: 1, allowed: 0..<16384))
    var codes = grid(32).tokens
    codes[3] = 8192
    #expect(
      reason {
        _ = try layout.build(
          SequenceParts(text: [], grids: [TokenGrid(height: 32, width: 32, tokens: codes)]))
      } == .imageTokenOutOfRange(token: 8192, index: 3, limit: 8192))
    #expect(
      reason { _ = try layout.split([1, 2]) } == .rowLength(expected: 1152, found: 2))
    var row = try layout.build(SequenceParts(text: [5], grids: [grid(32)])).ids
    for strange in [TokenID(0), 16511, 24704, .min, .max] {
      row[200] = strange
      #expect(
        reason { _ = try layout.split(row) }
          == .idOutOfPlace(
            id: Int(strange), index: 200, expected: "an image token in 16512..<24704"))
    }
    #expect(reason { _ = try SequenceLayout(named: "gpt") } != nil)
  }
}
