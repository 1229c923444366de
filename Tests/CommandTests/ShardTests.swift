import Foundation
import TestSupport
import Testing

/// What job engines rely on: one shard in, one file and its manifest out, skipped when done.
@Suite struct ShardTests {
  /// Four folders of two pictures each, one of them with a picture that is none.
  private func place() throws -> Workplace {
    let place = try Workplace()
    for folder in ["in/a", "in/b", "in/c", "in/d"] {
      try place.add(picture: "accept/411.jpg", as: "\(folder)/1.jpg")
      try place.add(picture: "accept/444.jpg", as: "\(folder)/2.jpg")
    }
    try place.write("no picture", to: "in/c/1.jpg")
    return place
  }

  private let command = ["encode", "in/a", "in/b", "in/c", "in/d", "--size", "16", "--out", "out"]

  private func run(_ place: Workplace, _ more: String...) throws -> Command.Outcome {
    try Command.Running(command + more, in: place.url).outcome()
  }

  @Test func everyShardGetsAFileAndAManifest() throws {
    let place = try place()
    #expect(try run(place).status == 0)
    #expect(
      try place.files(below: "out")
        == ["a", "b", "c", "d"].flatMap { ["\($0).json", "\($0).tessera"] })
    let manifest = try #require(
      JSONSerialization.jsonObject(with: Data(try place.bytes("out/c.json"))) as? [String: Any])
    #expect(manifest["file"] as? String == "c.tessera" && manifest["rows"] as? Int == 1)
    #expect(manifest["rejects"] as? [String: Int] == ["decode/unknown-format": 1])
    #expect(manifest["bytes"] as? Int == (try place.bytes("out/c.tessera")).count)
    #expect((manifest["sha256"] as? String)?.count == 64)
  }

  @Test func everyWorkerTakesItsPartAndTogetherTheyTakeAll() throws {
    let place = try place()
    for worker in 0..<3 { #expect(try run(place, "--shard", "\(worker)/3").status == 0) }
    let whole = try Command.Running(
      Array(command.dropLast()) + ["whole"], in: place.url
    ).outcome()
    #expect(whole.status == 0)
    for name in try place.files(below: "whole") {
      #expect(try place.bytes("out/\(name)") == place.bytes("whole/\(name)"))
    }
    #expect(try run(place, "--shard", "5/9").status == 0)
    for wrong in ["3/3", "1", "-1/2", "a/b", "1/0"] {
      #expect(try run(place, "--shard=\(wrong)").status == 2)
    }
    let oneFile = try place.run("encode", "in", "-o", "x.tessera", "--shard", "0/2")
    #expect(oneFile.status == 2)
  }

  @Test func aShardThatIsDoneIsSkippedWithoutLookingAtItsInput() throws {
    let place = try place()
    #expect(try run(place).status == 0)
    try FileManager.default.removeItem(atPath: place.path("in/a/1.jpg"))
    let again = try run(place)
    #expect(again.status == 0)
    #expect(again.output.split(separator: "\n").count { $0.contains("finished already") } == 4)

    let other = try run(place, "--recipe", "crop-bilinear")
    #expect(other.status == 1 && other.complaints.count == 4)
  }

  @Test func aShardWithoutItsManifestIsCheckedAndMarked() throws {
    let place = try place()
    #expect(try run(place).status == 0)
    let manifest = try place.bytes("out/b.json")
    try FileManager.default.removeItem(atPath: place.path("out/b.json"))
    #expect(try run(place).status == 0)
    #expect(try place.bytes("out/b.json") == manifest)
  }

  @Test func oneShardThatCannotBeReadDoesNotStopTheOthers() throws {
    let place = try place()
    try place.write("no archive at all", to: "bad.tar")
    let outcome = try Command.Running(
      ["encode", "in/a", "bad.tar", "in/b", "--size", "16", "-o", "out"], in: place.url
    ).outcome()
    #expect(outcome.status == 65)
    #expect(outcome.complaints.count { $0.hasPrefix("tessera: ") } == 1)
    #expect(outcome.errors.contains("bad.tar: "))
    #expect(place.exists("out/a.tessera") && place.exists("out/b.tessera"))
  }

  @Test func onlyTheFailedAreTriedAnew() throws {
    let place = try place()
    #expect(try run(place).status == 0)
    let first = try place.bytes("out/c.tessera")
    // Nothing has changed: the same bytes again.
    #expect(try run(place, "--retry-failed").status == 0)
    #expect(try place.bytes("out/c.tessera") == first)

    try FileManager.default.removeItem(atPath: place.path("in/c/1.jpg"))
    try place.add(picture: "accept/411.jpg", as: "in/c/1.jpg")
    #expect(try run(place, "--retry-failed").status == 0)
    let fresh = try Command.Running(
      Array(command.dropLast()) + ["fresh"], in: place.url
    ).outcome()
    #expect(fresh.status == 0)
    for name in ["c.tessera", "c.json", "a.tessera"] {
      #expect(try place.bytes("out/\(name)") == place.bytes("fresh/\(name)"))
    }
  }

  @Test func retryingOtherInputsIsRefused() throws {
    let place = try place()
    #expect(try run(place).status == 0)
    let before = try place.bytes("out/c.tessera")
    try FileManager.default.moveItem(
      atPath: place.path("in/c/2.jpg"), toPath: place.path("in/c/3.jpg"))
    let outcome = try run(place, "--retry-failed")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("input 1 was \"2\""))
    #expect(try place.bytes("out/c.tessera") == before)
  }

  @Test func captionsMayComeFromATable() throws {
    let place = try place()
    try place.write("path,caption\na/1.jpg,first\nb/2.jpg,second\nz.jpg,lost\n", to: "t.csv")
    let outcome = try place.run(
      "encode", "in", "-o", "x.tessera", "--size", "16", "--captions", "t.csv", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(#""captions":2"#))
    #expect(outcome.errors.contains("1 of 3 pictures in the table are not among the inputs"))
    let missing = try place.run("encode", "in", "-o", "y.tessera", "--captions", "gone.csv")
    #expect(missing.status == 65 && missing.complaints.count == 1)
  }

  @Test func inputsMayComeFromStandardInput() throws {
    let place = try place()
    let process = Process()
    process.executableURL = Command.binary
    process.currentDirectoryURL = place.url
    process.arguments = ["encode", "-", "-o", "x.tessera", "--size", "16"]
    let pipe = Pipe()
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    try pipe.fileHandleForWriting.write(contentsOf: Data("in/b/2.jpg\nin/a/1.jpg\n".utf8))
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let info = try place.run("tokens", "info", "x.tessera")
    #expect(info.output.contains("rows      2 in 1 chunk"))
  }
}
