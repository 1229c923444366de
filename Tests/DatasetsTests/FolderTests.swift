import Datasets
import Foundation
import Testing

@Suite struct FolderTests {
  private func keys(_ files: [String]) throws -> [String] {
    let tree = try Tree(files)
    return try Dataset(inputs: [tree.path]).shards[0].open().keys
  }

  @Test func keysAreThePathsBelowTheFolderWithoutExtension() throws {
    #expect(try keys(["b.png", "sub/deep/c.webp", "a.jpg"]) == ["a", "b", "sub/deep/c"])
  }

  @Test func orderIsThatOfTheBytesOfThePath() throws {
    // '-' < '.' < '/' < digits < capitals < small letters < everything beyond ASCII.
    #expect(
      try keys(["é.jpg", "a/x.jpg", "a.jpg", "a-b.jpg", "B.jpg", "a0.jpg"])
        == ["B", "a-b", "a", "a/x", "a0", "é"])
  }

  @Test func equalStemsInDifferentFoldersStayApart() throws {
    #expect(try keys(["one/a.jpg", "two/a.jpg"]) == ["one/a", "two/a"])
  }

  @Test func equalStemsInOneFolderKeepTheirExtension() throws {
    #expect(try keys(["a.jpg", "a.png", "b.jpg"]) == ["a.jpg", "a.png", "b"])
  }

  @Test func aStemThatIsAnotherPicturesNameKeepsItsExtension() throws {
    #expect(
      try keys(["a.jpg", "a.png", "a.jpg.png"]) == ["a.jpg", "a.jpg.png", "a.png"])
    #expect(try keys(["a.jpg", "a.jpg.png"]) == ["a", "a.jpg.png"])
  }

  @Test func extensionsMayBeUpperCase() throws {
    #expect(try keys(["a.JPG", "b.Jpeg", "c.PNG"]) == ["a", "b", "c"])
  }

  @Test func hiddenFilesAndResourceForksArePassedOver() throws {
    #expect(try keys(["a.jpg", "._a.jpg", ".hidden.png", ".folder/b.jpg"]) == ["a"])
  }

  @Test func otherFilesAreCountedByExtension() throws {
    let tree = try Tree(["a.jpg", "a.txt", "alone.txt", "notes.md", "README", "data.MD"])
    let shard = try Dataset(inputs: [tree.path]).shards[0].open()
    #expect(shard.keys == ["a"])
    #expect(shard.ignored == ["txt": 1, "md": 2, "": 1])
  }

  @Test func theOrderOfTheCommandLineDoesNotMatter() throws {
    let tree = try Tree(["p/a.jpg", "q/a.jpg", "single.png"])
    let inputs = [tree.path("q"), tree.path("single.png"), tree.path("p")]
    for order in [inputs, inputs.reversed(), inputs + inputs] {
      #expect(try Dataset(inputs: order).shards[0].open().keys == ["single", "p/a", "q/a"])
    }
  }

  @Test func inputsInsideOtherInputsCountOnce() throws {
    let tree = try Tree(["p/a.jpg", "p/sub/b.jpg"])
    let inputs = [tree.path("p/sub"), tree.path("p"), tree.path("p/a.jpg")]
    #expect(try Dataset(inputs: inputs).shards[0].open().keys == ["a", "sub/b"])
  }

  @Test func filesAreInputsWhateverTheyAreCalled() throws {
    let tree = try Tree(["x/a", "x/b.dat"])
    let dataset = try Dataset(inputs: [tree.path("x/b.dat"), tree.path("x/a")])
    #expect(try dataset.shards[0].open().keys == ["a", "b"])
  }

  @Test func eachFolderCanBeAShardOfItsOwn() throws {
    let tree = try Tree(["p/a.jpg", "q/a.jpg", "loose/single.png"])
    let dataset = try Dataset(
      inputs: [tree.path("p"), tree.path("loose/single.png"), tree.path("q")],
      arrangement: .perInput)
    #expect(dataset.shards.map(\.name) == ["p", "q", "loose"])
    #expect(try dataset.shards.map { try $0.open().keys } == [["a"], ["a"], ["single"]])
  }

  @Test func linksInsideTheFolderAreNotFollowed() throws {
    let tree = try Tree(["real/a.jpg", "other/b.jpg"])
    try tree.link("real/loop", to: "..")
    try tree.link("again", to: "other")
    try tree.link("self", to: "self")
    let shard = try Dataset(inputs: [tree.path]).shards[0].open()
    #expect(shard.keys == ["other/b", "real/a"])
    #expect(shard.notices.map(\.path) == ["again", "real/loop"])
  }

  @Test func linksThatLeadOutAreFollowedOnce() throws {
    let outside = try Tree(["o.jpg"])
    try outside.link("back", to: ".")
    let tree = try Tree(["a.jpg"])
    try tree.link("first", to: outside.path)
    try tree.link("second", to: outside.path)
    try tree.link("picture.jpg", to: outside.path("o.jpg"))
    let shard = try Dataset(inputs: [tree.path]).shards[0].open()
    #expect(shard.keys == ["a", "first/o", "picture"])
    #expect(shard.notices.map(\.path) == ["first/back", "second"])
  }

  @Test func manyFoldersLinkedToEachOtherStayLinear() throws {
    let outside = try Tree()
    for number in 0..<12 {
      try outside.write([1], to: "\(number)/a.jpg")
      for other in 0..<12 { try outside.link("\(number)/to\(other)", to: "../\(other)") }
    }
    let tree = try Tree()
    try tree.link("in", to: outside.path("0"))
    #expect(try Dataset(inputs: [tree.path]).shards[0].open().samples.count == 12)
  }
}
