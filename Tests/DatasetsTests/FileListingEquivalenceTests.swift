import Datasets
import Foundation
import TestSupport
import Testing

/// The walk merges folders as it goes; the oracle sorts all paths at once.
@Suite struct FileListingEquivalenceTests {
  @Test(arguments: 0..<8 as Range<UInt64>)
  func walkEqualsSortOfAllPaths(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let parts = ["a", "b", "a-", "a.b", "A", "é", "日本", "0"]
    var files: Set<String> = []
    for _ in 0..<40 {
      let depth = Int.random(in: 0...3, using: &random)
      let folders = (0..<depth).map { _ in parts.randomElement(using: &random)! + "d" }
      files.insert(
        (folders + [parts.randomElement(using: &random)! + ".jpg"]).joined(separator: "/"))
    }
    let tree = try Tree(Array(files))
    let expected = files.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
      .map { String($0.dropLast(".jpg".count)) }
    #expect(try Dataset(inputs: [tree.path]).shards[0].open().keys == expected, "seed \(seed)")
  }
}
