import Foundation
import TestSupport
import Testing

@Suite struct EncodeCommandTests {
  @Test func badPicturesAreCountedByReasonAndTheRunGoesOn() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    let outcome = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasPrefix("x.tessera: 9 inputs, 6 rows, 3 rejects; "))
    #expect(outcome.output.contains("\n  rejected 1: decode/truncated\n"))
    #expect(outcome.output.contains("\n  rejected 1: decode/unknown-format\n"))
    #expect(outcome.output.contains("\n  rejected 1: read/empty\n"))
    #expect(outcome.output.contains("passed over, no pictures: .md 1"))

    let rejects = try place.run("tokens", "info", "--rejects", "x.tessera")
    #expect(rejects.status == 0)
    let columns = rejects.output.split(separator: "\n").map { $0.split(separator: "\t").prefix(3) }
    #expect(
      columns == [
        ["cut", "decode", "truncated"], ["empty", "read", "empty"],
        ["text", "decode", "unknown-format"],
      ])
  }

  @Test func bytesDoNotDependOnTheNumberOfThreads() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    for threads in ["1", "2", "7"] {
      let outcome = try place.run(
        "encode", "in", "--out", "\(threads).tessera", "--size", "64", "--threads", threads)
      #expect(outcome.status == 0)
    }
    #expect(try place.bytes("1.tessera") == place.bytes("2.tessera"))
    #expect(try place.bytes("1.tessera") == place.bytes("7.tessera"))
  }

  @Test func aFolderAsOutputGetsAFilePerInputFolder() throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "cats/a.jpg")
    try place.add(picture: "accept/444.jpg", as: "dogs/a.jpg")
    let outcome = try place.run("encode", "cats", "dogs", "-o", "out/deep", "--size", "64")
    #expect(outcome.status == 0)
    #expect(
      try place.files(below: "out/deep") == [
        "cats.json", "cats.tessera", "dogs.json", "dogs.tessera",
      ])
  }

  @Test func resultsAreJSONWhenAskedFor() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    let outcome = try place.run("encode", "in", "-o", "x.tessera", "--size", "64", "--json")
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(result["status"] as? String == "finished")
    #expect(result["rows"] as? Int == 6)
    #expect(
      result["rejects"] as? [String: Int]
        == ["decode/truncated": 1, "decode/unknown-format": 1, "read/empty": 1])
    let last = try #require(outcome.complaints.last)
    let event = try #require(
      JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
    #expect(event["event"] as? String == "progress")
    #expect(event["done"] as? Int == 9 && event["total"] as? Int == 9)
  }

  @Test func captionsAreTakenFromTheTextBesideAPicture() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    let with = try place.run("encode", "in", "-o", "a.tessera", "--size", "64", "--json")
    let without = try place.run(
      "encode", "in", "-o", "b.tessera", "--size", "64", "--captions", "none", "--json")
    #expect(with.output.contains(#""captions":2"#))
    #expect(without.output.contains(#""captions":0"#))
  }

  @Test func aFinishedFileIsLeftAlone() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    let bytes = try place.bytes("x.tessera")

    let again = try place.run("encode", "in", "-o", "x.tessera", "--size", "64", "--resume")
    #expect(again.status == 0)
    #expect(again.output.contains("finished already"))

    let other = try place.run("encode", "in", "-o", "x.tessera", "--size", "32")
    #expect(other.status == 1)
    #expect(other.complaints.count == 1)
    #expect(other.errors.contains("x.tessera: exists and was made with other options"))

    try place.add(picture: "accept/444.jpg", as: "in/one-more.jpg")
    let more = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    #expect(more.status == 1)
    #expect(more.errors.contains("made from 9 inputs, now there are 10"))
    #expect(try place.bytes("x.tessera") == bytes)
  }

  @Test func whateverElseHasTheOutputsNameIsLeftAlone() throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "in/a.jpg")
    try place.write("precious", to: "x.tessera")
    let outcome = try place.run("encode", "in", "-o", "x.tessera")
    #expect(outcome.status == 1 && outcome.complaints.count == 1)
    #expect(try place.bytes("x.tessera") == Array("precious".utf8))
  }

  @Test func rejectsAboveTheLimitGiveStatus3() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    for (limit, status) in [("3", 0), ("2", 3), ("34%", 0), ("33%", 3), ("0", 3)]
      as [(String, Int32)]
    {
      let name = "x\(limit).tessera"
      let outcome = try place.run(
        "encode", "in", "-o", name, "--size", "64", "--max-rejects", limit)
      #expect(outcome.status == status, "limit \(limit)")
      #expect(place.exists(name) == (status == 0))
      #expect(outcome.complaints.count == (status == 0 ? 0 : 1))
    }
    // Nothing that was done is lost.
    let resumed = try place.run("encode", "in", "-o", "x2.tessera", "--size", "64", "--resume")
    #expect(resumed.status == 0)
    #expect(try place.bytes("x2.tessera") == place.bytes("x3.tessera"))
  }

  @Test func aRunInWhichEverythingFailsSaysSo() throws {
    let place = try Workplace()
    try place.write("nothing", to: "in/a.jpg")
    try place.write("nothing", to: "in/b.png")
    let outcome = try place.run("encode", "in", "-o", "x.tessera")
    #expect(outcome.status == 65)
    #expect(outcome.complaints.count == 1)
    #expect(outcome.errors.contains("every input was rejected"))
    #expect(place.exists("x.tessera"))
  }

  @Test func aDryRunWritesNothing() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    let outcome = try place.run("encode", "in", "-o", "out/x.tessera", "--size", "64", "--dry-run")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("out/x.tessera: 9 inputs, about "))
    #expect(outcome.output.contains("3 rejected"))
    #expect(try place.files(below: ".").allSatisfy { $0.hasPrefix("in/") })
  }

  @Test func noNumberOfThreadsChangesWhatReconstructMeasures() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    for threads in ["1", "3"] {
      let outcome = try place.run(
        "reconstruct", "in", "-o", threads, "--size", "64", "--threads", threads)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("pictures    6, 3 rejected"))
      #expect(try place.files(below: threads) == ["report.csv", "report.html", "report.json"])
    }
    for name in ["report.csv", "report.html", "report.json"] {
      #expect(try place.bytes("1/\(name)") == place.bytes("3/\(name)"))
    }
  }
}
