import Datasets
import Testing

@Suite struct CaptionTests {
  private func read(_ bytes: [UInt8]) -> CaptionText { CaptionText(bytes: bytes) }

  @Test func oneCaptionPerLineWithAnyLineEnd() {
    let text = read(Array("a cat\r\n  a dog \n\n\t\nан лис\rlast".utf8))
    #expect(text.captions == ["a cat", "a dog", "ан лис", "last"])
    #expect(!text.repaired)
  }

  @Test func byteOrderMarksAreDropped() {
    #expect(read([0xEF, 0xBB, 0xBF] + Array("a cat".utf8)).captions == ["a cat"])
    #expect(read([0xFF, 0xFE, 0x61, 0, 0x0A, 0, 0x31, 4]).captions == ["a", "б"])
    #expect(read([0xFE, 0xFF, 0, 0x61, 0, 0x0A, 4, 0x31]).captions == ["a", "б"])
  }

  @Test func zeroBytesAreRemoved() {
    let text = read(Array("a\0 cat\0".utf8))
    #expect(text.captions == ["a cat"])
    #expect(text.repaired)
  }

  @Test func invalidUTF8IsReplaced() {
    let text = read([0x61, 0xFF, 0x62])
    #expect(text.captions == ["a\u{FFFD}b"])
    #expect(text.repaired)
  }

  @Test func oddUTF16IsRepaired() {
    #expect(read([0xFF, 0xFE, 0x61, 0, 0x62]) == read([0xFF, 0xFE, 0x61, 0, 0x62]))
    #expect(read([0xFF, 0xFE, 0x61, 0, 0x62]).captions == ["a"])
    #expect(read([0xFF, 0xFE, 0x61, 0, 0x62]).repaired)
  }

  @Test(arguments: [[], [0xEF, 0xBB, 0xBF], [0x0A, 0x0D, 0x20], [0xFF, 0xFE], [0]] as [[UInt8]])
  func nothingIsNoCaption(bytes: [UInt8]) {
    #expect(read(bytes).captions.isEmpty)
  }

  @Test func theTextBesideAPictureHoldsItsCaptions() throws {
    let tree = try Tree(["a.jpg", "b.jpg", "c.jpg"])
    try tree.write(Array("one\ntwo".utf8), to: "a.txt")
    try tree.write(Array("three".utf8), to: "c.TXT")
    let samples = try Dataset(inputs: [tree.path]).shards[0].open().samples
    #expect(try samples.map { try $0.load().captions } == [["one", "two"], [], ["three"]])
    let single = try Dataset(inputs: [tree.path("a.jpg")]).shards[0].open().samples
    #expect(try single[0].load().captions == ["one", "two"])
  }
}
