import Datasets
import Foundation
import ImageFiles
import Pipelines
import RasterImages
import TestSupport
import TokenFiles
import Testing

@Suite struct EncodePipelineTests {
  private func output() throws -> PictureFolder { try PictureFolder() }

  /// Good pictures with every kind of bad one between them.
  private func mixedFolder() throws -> PictureFolder {
    let folder = try PictureFolder(count: 12)
    try folder.add([], "001b-empty.jpg")
    try folder.add(Array("just a text\n".utf8), "003b-text.jpg")
    try folder.add(Array(folder.bytes("004.png").dropLast(60)), "004b-cut.png")
    let red = RasterImage(
      width: 16, height: 16, pixels: (0..<256).flatMap { _ in [255, 0, 0] as [UInt8] })
    try folder.add(red, "005b-red.png")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("006b-gone.png"), withDestinationPath: "nowhere.png")
    try folder.add(Array("a first caption\na second\n".utf8), "007.txt")
    return folder
  }

  @Test func rowsAndRejectsAccountForEveryInput() throws {
    let folder = try mixedFolder()
    let out = try output()
    let summary = try EncodePipeline.small().run(folder.shard(), to: out.file("x.tessera"))
    #expect(summary.ending == .finished)
    #expect((summary.rows, summary.rejects.total, summary.inputs) == (12, 5, 17))
    #expect(summary.captions == 2)

    let file = try TokenFile(contentsOf: out.file("x.tessera"))
    #expect(file.verify().isSound)
    let keys = try (0..<file.count).map { try file.row(at: $0).key }
    #expect(keys == (0..<12).map { String(format: "%03d", $0) })
    #expect(try file.row(at: 7).captions == ["a first caption", "a second"])
    let rejects = try file.rejects()
    #expect(
      rejects.map { "\($0.key) \($0.stage)/\($0.code)" } == [
        "001b-empty read/empty", "003b-text decode/unknown-format", "004b-cut decode/truncated",
        "005b-red encode/codec-refused", "006b-gone.png list/not-found",
      ])
    #expect(rejects.allSatisfy { !$0.message.isEmpty && !$0.message.contains(folder.path) })
    #expect(rejects.map(\.input) == [2, 5, 7, 9, 11])
  }

  @Test func tokensAreThoseOfTheCodec() throws {
    let folder = try PictureFolder(count: 5)
    let out = try output()
    _ = try EncodePipeline.small().run(folder.shard(), to: out.file("x.tessera"))
    let file = try TokenFile(contentsOf: out.file("x.tessera"))
    for row in 0..<5 {
      let picture = try ImageFile.decode(folder.bytes(String(format: "%03d.png", row)))
      let seen = try PreprocessingRecipe.squareLanczos.apply(to: picture, size: .square(16))
      #expect(try file.grid(at: row) == BrightnessCodec().encode(seen))
      #expect(try file.row(at: row).sourceWidth == picture.width)
      #expect(try file.row(at: row).sourceHeight == picture.height)
    }
  }

  @Test func bytesDoNotDependOnTheNumberOfThreads() throws {
    let folder = try mixedFolder()
    let out = try output()
    for threads in [1, 2, 5] {
      var pipeline = EncodePipeline.small()
      pipeline.threads = threads
      _ = try pipeline.run(folder.shard(), to: out.file("\(threads).tessera"))
    }
    let one = try out.bytes("1.tessera")
    #expect(try out.bytes("2.tessera") == one)
    #expect(try out.bytes("5.tessera") == one)
  }

  @Test func bytesDoNotDependOnWhereTheFolderLies() throws {
    let out = try output()
    for name in ["a", "b"] {
      _ = try EncodePipeline.small().run(mixedFolder().shard(), to: out.file(name))
    }
    #expect(try out.bytes("a") == out.bytes("b"))
  }

  @Test(arguments: [0, 1, 5, 11, 16])
  func aCancelledRunResumesToTheSameBytes(inputs: Int) throws {
    let folder = try mixedFolder()
    let out = try output()
    _ = try EncodePipeline.small().run(folder.shard(), to: out.file("whole"))

    let first = try EncodePipeline.small().run(
      folder.shard(), to: out.file("x"), isCancelled: Countdown(inputs).isOver)
    #expect(first.ending == .cancelled && first.inputs == inputs)
    #expect(!FileManager.default.fileExists(atPath: out.file("x")))
    let second = try EncodePipeline.small().run(
      folder.shard(), to: out.file("x"), leftover: .resume)
    #expect(second.ending == .finished && second.resumedInputs == inputs)
    #expect((second.rows, second.rejects.total) == (12, 5))
    #expect(try out.bytes("x") == out.bytes("whole"))
    #expect(!FileManager.default.fileExists(atPath: out.file("x.partial")))
  }

  @Test func aRunCancelledAfterTheLastInputIsFinished() throws {
    let folder = try PictureFolder(count: 3)
    let out = try output()
    let summary = try EncodePipeline.small().run(
      folder.shard(), to: out.file("x"), isCancelled: Countdown(3).isOver)
    #expect(summary.ending == .finished)
  }

  @Test func anUnfinishedFileIsNotOverwrittenUnasked() throws {
    let folder = try PictureFolder(count: 3)
    let out = try output()
    _ = try EncodePipeline.small().run(
      folder.shard(), to: out.file("x"), isCancelled: Countdown(1).isOver)
    #expect {
      try EncodePipeline.small().run(folder.shard(), to: out.file("x"))
    } throws: {
      guard let error = $0 as? PipelineError, case .tokenFile = error.reason else { return false }
      return "\(error)".contains("x.partial")
    }
  }

  @Test func otherInputsCannotContinueAFile() throws {
    let folder = try PictureFolder(count: 4)
    let out = try output()
    _ = try EncodePipeline.small().run(
      folder.shard(), to: out.file("x"), isCancelled: Countdown(2).isOver)
    try folder.add(folder.bytes("000.png"), "000a.png")
    let error = try #require(
      refusal {
        try EncodePipeline.small().run(folder.shard(), to: out.file("x"), leftover: .resume)
      })
    #expect(error.reason == .inputsChanged(position: 1, expected: "001", found: "000a"))
  }

  @Test func otherOptionsCannotContinueAFile() throws {
    let folder = try PictureFolder(count: 4)
    let out = try output()
    _ = try EncodePipeline.small().run(
      folder.shard(), to: out.file("x"), isCancelled: Countdown(2).isOver)
    var other = EncodePipeline.small()
    other.preparation.recipe = .cropBilinear
    let error = try #require(
      refusal {
        try other.run(folder.shard(), to: out.file("x"), leftover: .resume)
      })
    #expect("\(error)".contains("square-lanczos") && "\(error)".contains("crop-bilinear"))
  }

  @Test(arguments: [
    (RejectLimit.count(5), false), (.count(4), true), (.count(0), true), (.fraction(0.3), false),
    (.fraction(0.29), true), (.fraction(0), true),
  ])
  func rejectsAboveTheLimitEndTheRun(limit: RejectLimit, isOver: Bool) throws {
    let folder = try mixedFolder()  // 5 rejects of 17 inputs: 29.4%
    let out = try output()
    var pipeline = EncodePipeline.small()
    pipeline.rejectLimit = limit
    let summary = try pipeline.run(folder.shard(), to: out.file("x"))
    #expect((summary.ending == .tooManyRejects) == isOver)
    #expect(FileManager.default.fileExists(atPath: out.file("x")) != isOver)
    guard isOver else { return }
    pipeline.rejectLimit = nil
    #expect(try pipeline.run(folder.shard(), to: out.file("x"), leftover: .resume).rows == 12)
  }

  @Test func aCaptionThatDoesNotFitIsAReject() throws {
    let folder = try PictureFolder(count: 2)
    // One caption above the format's limit for a string.
    try folder.add([UInt8](repeating: UInt8(ascii: "x"), count: (1 << 20) + 1), "001.txt")
    let out = try output()
    var pipeline = EncodePipeline.small()
    pipeline.limits.captionBytes = 4 << 20
    let summary = try pipeline.run(folder.shard(), to: out.file("x"))
    #expect(summary.rejects.byReason.map(\.reason.description) == ["write/unfit-row"])
    #expect(try TokenFile(contentsOf: out.file("x")).verify().isSound)
  }

  @Test func progressReachesTheEnd() throws {
    let folder = try mixedFolder()
    let out = try output()
    var reports: [RunProgress] = []
    _ = try EncodePipeline.small().run(
      folder.shard(), to: out.file("x"), progress: { reports.append($0) })
    let last = try #require(reports.last)
    #expect((last.done, last.total, last.rejects.total) == (17, 17, 5))
    #expect(reports.map(\.done) == reports.map(\.done).sorted())
  }

  @Test func anOutputFolderThatDoesNotExistIsNamed() throws {
    let folder = try PictureFolder(count: 1)
    let out = try output()
    let error = try #require(
      refusal {
        try EncodePipeline.small().run(folder.shard(), to: out.file("no/x.tessera"))
      })
    #expect("\(error)".contains("no/x.tessera"))
  }
}
