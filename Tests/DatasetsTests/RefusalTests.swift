import Datasets
import Foundation
import Glibc
import Testing

@Suite struct RefusalTests {
  private func error(_ inputs: [String]) -> DatasetError? {
    do {
      _ = try Dataset(inputs: inputs).shards[0].open()
      return nil
    } catch {
      return error
    }
  }

  @Test func noInputs() { #expect(error([])?.reason == .noInputs) }

  @Test func missingInput() throws {
    let path = try Tree().path("absent")
    let found = try #require(error([path]))
    #expect(found.description == "\(path): no such file or folder; check the path")
  }

  @Test func emptyFolder() throws {
    let tree = try Tree()
    #expect(
      error([tree.path])?.description == "\(tree.path): no picture found; the folder is empty")
  }

  @Test func folderWithoutPictures() throws {
    let tree = try Tree(["a.txt", "b/c.csv"])
    #expect(error([tree.path])?.reason == .noPictures(ignoredFiles: 2))
  }

  @Test func pipeInsteadOfAFile() throws {
    let tree = try Tree()
    #expect(mkfifo(tree.path("pipe"), 0o600) == 0)
    #expect(error([tree.path("pipe")])?.reason == .unsuitable)
  }

  @Test func twoShardsOfOneName() throws {
    let tree = try Tree(["p/x/a.jpg", "q/x/a.jpg"])
    #expect(throws: DatasetError(path: tree.path("q/x"), reason: .sameName("x"))) {
      try Dataset(inputs: [tree.path("p/x"), tree.path("q/x")], arrangement: .perInput)
    }
  }

  @Test(.enabled(if: getuid() != 0, "root may read everything"))
  func unreadableFolderIsAReject() throws {
    let tree = try Tree(["a.jpg", "closed/b.jpg"])
    chmod(tree.path("closed"), 0)
    defer { chmod(tree.path("closed"), 0o700) }
    let shard = try Dataset(inputs: [tree.path]).shards[0].open()
    #expect(shard.keys == ["a", "closed"])
    #expect(shard.rejects.map(\.code) == ["permission-denied"])
    #expect(shard.rejects.map(\.stage) == [.list])
  }

  @Test func nameThatIsNotUTF8IsAReject() throws {
    let tree = try Tree(["a.jpg"])
    let path = Array(tree.path("bad").utf8).map { CChar(bitPattern: $0) } + [-1, 0]
    #expect(mkdir(path, 0o700) == 0)
    let shard = try Dataset(inputs: [tree.path]).shards[0].open()
    #expect(shard.keys == ["a", "bad\u{FFFD}"])
    #expect(shard.rejects.map(\.code) == ["name-not-utf8"])
  }

  @Test func linkThatLeadsNowhereIsAReject() throws {
    let tree = try Tree(["b.jpg"])
    try tree.link("a.jpg", to: "gone.jpg")
    try tree.link("loop.png", to: "loop.png")
    try tree.link("note.txt", to: "gone.txt")
    let shard = try Dataset(inputs: [tree.path]).shards[0].open()
    #expect(shard.keys == ["a.jpg", "b", "loop.png"])
    #expect(shard.rejects.map(\.code) == ["not-found", "link-loop"])
  }

  private func loadFailure(_ sample: Sample, _ limits: ReadLimits = .init()) -> SampleReject? {
    do {
      _ = try sample.load(limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test func vanishedFile() throws {
    let tree = try Tree(["a.jpg"])
    let sample = try Dataset(inputs: [tree.path]).shards[0].open().samples[0]
    try FileManager.default.removeItem(atPath: tree.path("a.jpg"))
    let reject = try #require(loadFailure(sample))
    #expect((reject.key, reject.stage, reject.code) == ("a", .read, "not-found"))
  }

  @Test func emptyFile() throws {
    let tree = try Tree()
    try tree.write([], to: "a.jpg")
    let sample = try Dataset(inputs: [tree.path]).shards[0].open().samples[0]
    #expect(loadFailure(sample)?.code == "empty")
  }

  @Test func filesAboveTheLimit() throws {
    let tree = try Tree()
    try tree.write([UInt8](repeating: 1, count: 101), to: "a.jpg")
    try tree.write([UInt8](repeating: 65, count: 50), to: "a.txt")
    let sample = try Dataset(inputs: [tree.path]).shards[0].open().samples[0]
    var limits = ReadLimits()
    #expect(loadFailure(sample, limits) == nil)
    limits.pictureBytes = 100
    #expect(loadFailure(sample, limits)?.message == "101 bytes, more than the limit of 100")
    limits.pictureBytes = 101
    limits.captionBytes = 49
    #expect(loadFailure(sample, limits)?.stage == .caption)
  }

  @Test func pipeNamedLikeAPicture() throws {
    let tree = try Tree(["a.jpg"])
    #expect(mkfifo(tree.path("b.jpg"), 0o600) == 0)
    let explicit = Sample(key: "b", content: .file(path: tree.path("b.jpg")))
    #expect(loadFailure(explicit)?.code == "not-a-file")
    #expect(try Dataset(inputs: [tree.path]).shards[0].open().keys == ["a"])
  }
}
