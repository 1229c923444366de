import Foundation
import Pipelines
import TestSupport
import Testing
import TokenFiles
import Tokens

@Suite struct DuplicateKeysTests {
  /// A token file of nothing but keys.
  private func write(_ keys: [String], to path: String) throws {
    var writer = try TokenFileWriter(
      to: path,
      header: TokenFileHeader(
        codec: BrightnessCodec().identity, recipe: .init(name: "none", size: 4), policy: "exact",
        gridHeight: 1, gridWidth: 1, rowsPerChunk: 100))
    for key in keys {
      try writer.append(TokenFileRow(key: key, grid: TokenGrid(height: 1, width: 1, tokens: [0])))
    }
    try writer.finish()
  }

  @Test func theyAreThoseThatADictionaryFinds() throws {
    let folder = try PictureFolder()
    var random = SeededGenerator(seed: 11)
    let keys = (0..<3).map { _ in
      (0..<700).map { _ in "k\(Int.random(in: 0..<2500, using: &random))" }
    }
    let paths = ["a", "b", "c"].map { folder.file("\($0).tessera") }
    for (path, keys) in zip(paths, keys) { try write(keys, to: path) }
    let all = keys.joined()
    let expected = all.count - Set(all).count
    // One pass, and as many as a tiny memory makes necessary.
    for memory in [64 << 20, 4096, 1000] {
      let found = try DuplicateKeys(in: paths, memoryLimit: memory)
      #expect(found.rowCount == 2100 && found.count == expected)
      #expect(found.examples.count == 3)
      for example in found.examples {
        #expect(all.count { $0 == example.key } > 1)
        let places = zip(paths, keys).flatMap { path, keys in
          keys.filter { $0 == example.key }.map { _ in path }
        }
        #expect(places.starts(with: [example.first, example.second]))
      }
    }
    #expect(try DuplicateKeys(in: [paths[0], paths[0]], exampleLimit: 0).count >= 700)
  }

  @Test func keysOfAChunkAreThoseOfItsRows() throws {
    let folder = try PictureFolder()
    let keys = (0..<250).map { "key/\($0)" }
    try write(keys, to: folder.file("x.tessera"))
    let file = try TokenFile(contentsOf: folder.file("x.tessera"))
    #expect(try (0..<file.chunkCount).flatMap { try file.keys(inChunk: $0) } == keys)
    #expect(file.chunkCount == 3)
  }
}
