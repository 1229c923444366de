import Datasets
import Foundation
import TestSupport
import Testing

@Suite struct ArchiveTests {
  private func open(_ path: String) throws -> ShardInputs {
    try Dataset(inputs: [path]).shards[0].open()
  }

  private func fixture(_ name: String) -> String { Fixtures.url("datasets/\(name)").path }

  private func text(_ sample: LoadedSample) -> String {
    String(decoding: sample.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    "shard.tar", "shard-gnu.tar", "shard.tar.gz", "shard.tar.xz", "shard.tar.zst", "shard.zip",
  ])
  func everyKindOfArchiveGivesTheSameSamples(name: String) throws {
    let inputs = try open(fixture(name))
    #expect(
      inputs.keys == [
        "shard/0001", "shard/0002", "shard/0003", "shard/日本 é", "shard/0005.left.jpg",
        "shard/0005.right.jpg", "shard/0006",
      ])
    #expect(inputs.count == 7)
    let loaded = inputs.samples.compactMap { try? $0.load() }
    #expect(
      loaded.map(text) == [
        "picture one", "picture two", "picture three", "picture four", "picture five, left",
        "picture five, right",
      ])
    #expect(
      loaded.map(\.captions) == [
        ["caption one"], ["from metadata", "two of them"], ["caption three, far from its picture"],
        [], ["caption five"], ["caption five"],
      ])
    #expect(inputs.rejects.map { "\($0.key) \($0.code)" } == ["shard/0006 empty"])
    #expect(inputs.ignored == ["cls": 1])
    #expect(inputs.notices.map(\.text) == ["1 captions have no picture"])
  }

  @Test func aStreamCanBeHadAgain() throws {
    let inputs = try open(fixture("shard.tar"))
    #expect(inputs.keys == inputs.keys)
  }

  @Test func membersApartAreJoinedWhateverTheirOrder() throws {
    var members = ["a", "b", "c"].flatMap {
      [("\($0).jpg", "picture \($0)"), ("\($0).txt", "caption \($0)")]
    }
    var random = SeededGenerator(seed: 5)
    for round in 0..<10 {
      members.shuffle(using: &random)
      let tree = try Tree()
      try tree.write(Tar.bytes(members), to: "x.tar")
      let loaded = try open(tree.path("x.tar")).samples.map { try $0.load() }
      #expect(
        loaded.map(\.key)
          == members.map(\.0).filter { $0.hasSuffix("jpg") }.map { String($0.prefix(1)) },
        "round \(round)")
      #expect(
        loaded.allSatisfy {
          $0.captions == ["caption \($0.key)"] && text($0) == "picture \($0.key)"
        })
    }
  }

  @Test func aNameThatOccursTwiceIsKeptAndReported() throws {
    let tree = try Tree()
    try tree.write(
      Tar.bytes([("a.jpg", "one"), ("b.jpg", "two"), ("a.jpg", "three")]), to: "x.tar")
    let inputs = try open(tree.path("x.tar"))
    #expect(inputs.samples.count == 3)
    #expect(
      inputs.notices.map(\.text).contains {
        $0.hasPrefix("1 pictures have a name that occurred before (first a.jpg)")
      })
  }

  @Test func aKeyEndsAtTheFirstDotOfTheLastComponent() throws {
    let tree = try Tree()
    try tree.write(
      Tar.bytes([("./v1.2/0001.seg.v2.png", "x"), ("v1.2/0002.jpg", "y"), ("plain", "z")]),
      to: "x.tar")
    #expect(try open(tree.path("x.tar")).keys == ["v1.2/0001", "v1.2/0002"])
  }

  @Test func aDamagedMemberCostsOnlyItself() throws {
    let inputs = try open(fixture("damaged-member.zip"))
    #expect(inputs.keys == ["a", "b"])
    #expect(inputs.rejects.map(\.code) == ["damaged-archive"])
    #expect(try inputs.samples.map { text(try $0.load()) } == ["sound"])
  }

  @Test func anArchiveCutAnywhereKeepsWhatIsWhole() throws {
    let members = (0..<4).map { ("\($0).jpg", String(repeating: "\($0)", count: 700)) }
    let whole = Tar.bytes(members)  // a header of 512 bytes and two blocks each
    let tree = try Tree()
    for size in stride(from: 100, to: whole.count - 1_024, by: 129) {
      try tree.write(Array(whole.prefix(size)), to: "cut.tar")
      guard let inputs = try? open(tree.path("cut.tar")) else {
        #expect(size < 512)
        continue
      }
      let elements = inputs.elements
      let loaded = try inputs.samples.map { try $0.load() }
      #expect(loaded.enumerated().allSatisfy { text($1) == members[$0].1 })
      #expect(loaded.count >= (size - 512 - 700) / 1_536, "size \(size)")
      #expect(elements.count == inputs.count || elements.count == inputs.count + 1, "size \(size)")
      let isBetween = size.isMultiple(of: 1_536)
      #expect(inputs.rejects.isEmpty == isBetween, "size \(size)")
    }
  }

  @Test func archivesOfAFolderAreItsShards() throws {
    let tree = try Tree(["loose/a.jpg", "b.png"])
    try tree.write(Tar.bytes([("x.jpg", "x")]), to: "00001.tar")
    try tree.write(Tar.bytes([("y.jpg", "y")]), to: "sub/00000.tar")
    let combined = try Dataset(inputs: [tree.path])
    #expect(try combined.shards.map { try $0.open().keys } == [["b", "loose/a", "x", "y"]])
    let apart = try Dataset(inputs: [tree.path], arrangement: .perInput)
    #expect(apart.shards.map(\.name) == ["00001", "sub/00000", tree.url.lastPathComponent])
    #expect(try apart.shards.map { try $0.open().keys } == [["x"], ["y"], ["b", "loose/a"]])
  }

  @Test func whatIsNoArchiveIsRefused() throws {
    let tree = try Tree()
    try tree.write(Array("just a text, though it is called a tar file".utf8), to: "text.tar")
    try tree.write(Tar.bytes([("a.txt", "caption")]), to: "captions.tar")
    try tree.write([], to: "empty.tar")
    for (name, expected) in [
      ("text.tar", "text.tar: "), ("captions.tar", "no picture found"),
      ("empty.tar", "empty.tar: "),
    ] {
      do {
        _ = try open(tree.path(name))
        Issue.record("\(name) was opened")
      } catch {
        #expect("\(error)".contains(expected))
      }
    }
  }

  @Test func membersAboveTheLimit() throws {
    let tree = try Tree()
    try tree.write(Tar.bytes([("a.jpg", "123456"), ("b.jpg", "12345")]), to: "x.tar")
    var limits = ReadLimits()
    limits.pictureBytes = 5
    let inputs = try Dataset(inputs: [tree.path("x.tar")]).shards[0].open(limits: limits)
    #expect(inputs.rejects.map { "\($0.key) \($0.code)" } == ["a too-large"])
    #expect(inputs.samples.map(\.key) == ["b"])
  }
}

/// Plain tar files (POSIX ustar) for tests.
enum Tar {
  static func bytes(_ members: [(String, String)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, content) in members {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at offset: Int) {
        header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
      }
      func octal(_ number: Int, _ digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
      }
      put(name, at: 0)
      put("0000644", at: 100)
      put(octal(content.utf8.count, 11), at: 124)
      put(octal(0, 11), at: 136)
      put("        0", at: 148)
      put("ustar\u{0}00", at: 257)
      put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0", at: 148)
      bytes += header + Array(content.utf8)
      while !bytes.count.isMultiple(of: 512) { bytes.append(0) }
    }
    return bytes + [UInt8](repeating: 0, count: 1_024)
  }
}
