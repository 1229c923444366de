import Foundation
import TestSupport
import Testing
import Tokens

/// Rows against the ids and positions that the original packages' models look up
/// (`Fixtures/sequences/make.py`).
@Suite struct SequenceGoldenTests {
  private struct Row: Decodable {
    let text: [TokenID]
    let second: [TokenID]?
    let codes: [TokenID]
    let inputs: [TokenID]
    let ids: [TokenID]
    let positions: [TokenID]
  }

  static let names = [
    "rudalle", "rudalle-v2", "rudolph-350m", "rudolph-350m-v1", "rudolph-1.3b", "rudolph-2.7b",
  ]

  @Test(arguments: names) func rowsEqualTheOriginalPackage(name: String) throws {
    let golden = try JSONDecoder().decode(
      [String: [Row]].self, from: Data(contentsOf: Fixtures.url("sequences/golden.json")))
    let layout = try SequenceLayout(named: name)
    for row in try #require(golden[name]) {
      let shape = layout.grids[0]
      let parts = SequenceParts(
        text: row.text, secondText: row.second,
        grids: [TokenGrid(height: shape.height, width: shape.width, tokens: row.codes)])
      let built = try layout.build(parts)
      #expect(built.ids == row.ids)
      #expect(built.inputs == row.inputs)
      #expect(built.positions == row.positions)
      #expect(built.ids.allSatisfy { $0 >= 0 && $0 < layout.vocabularySize })
    }
  }
}
