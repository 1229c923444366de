import Foundation
import TestSupport
import Testing

/// What a run says at its end: what happened, what to type next, which keys repeat.
@Suite struct SummaryTests {
  private func place() throws -> Workplace {
    let place = try Workplace()
    for folder in ["it's in/a", "it's in/b"] {
      try place.add(picture: "accept/411.jpg", as: "\(folder)/1.jpg")
      try place.add(picture: "accept/444.jpg", as: "\(folder)/2.jpg")
    }
    try place.write("no picture", to: "it's in/b/3.jpg")
    return place
  }

  /// Runs a command line that a shell reads.
  private func shell(_ line: String, in place: Workplace) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = place.url
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test func theLastLineIsTheCommandThatRetries() throws {
    let place = try place()
    let outcome = try place.run(
      "encode", "it's in/a", "it's in/b", "-o", "out", "--size", "16", "--resume")
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(
      lines.contains { $0.hasPrefix("in all: 2 shards finished; 5 inputs, 4 rows, 1 reject;") })
    #expect(lines.suffix(2).first == "  rejected 1: decode/unknown-format")
    let hint = try #require(lines.last?.components(separatedBy: "anew: ").last)
    #expect(
      hint.hasSuffix("encode 'it'\\''s in/a' 'it'\\''s in/b' -o out --size 16 --retry-failed"))

    try FileManager.default.removeItem(atPath: place.path("it's in/b/3.jpg"))
    try place.add(picture: "accept/411.jpg", as: "it's in/b/3.jpg")
    #expect(try shell(hint, in: place) == 0)
    let after = try place.run("tokens", "info", "out/b.tessera", "--json")
    #expect(after.output.contains("\"rejected\":0") && after.output.contains("\"rows\":3"))
  }

  @Test func aRunOfOneFileSaysItToo() throws {
    let place = try place()
    let outcome = try place.run("encode", "it's in", "-o", "x.tessera", "--size", "16", "--json")
    #expect(outcome.output.contains(" --json --retry-failed\""))
    #expect(!outcome.output.contains("duplicate_keys"))
    let clean = try place.run("encode", "it's in/a", "-o", "y.tessera", "--size", "16")
    #expect(!clean.output.contains("anew"))
  }

  @Test func progressAndPlansNameTheShard() throws {
    let place = try place()
    let arguments = ["encode", "it's in/a", "it's in/b", "-o", "out", "--size", "16", "--json"]
    let run = try Command.Running(arguments, in: place.url).outcome()
    let events = run.complaints.filter { $0.contains("\"event\":\"progress\"") }
    #expect(events.last?.contains(#""file":"out/b.tessera""#) == true)
    #expect(events.last?.contains(#""shard":2,"shards":2,"total":3"#) == true)
    let plan = try place.run(
      "encode", "it's in/a", "it's in/b", "-o", "new", "--size", "16", "--dry-run")
    let total = plan.output.split(separator: "\n").last ?? ""
    #expect(plan.status == 0 && total.hasPrefix("in all: 2 shards, 5 inputs, about "))
    #expect(!place.exists("new"))
    try place.write("no archive", to: "bad.tar")
    let bad = try place.run("encode", "it's in/a", "bad.tar", "-o", "new", "--dry-run")
    #expect(bad.status == 65 && bad.complaints.count == 1 && bad.errors.contains("bad.tar"))
    #expect(bad.output.contains("in all: 1 shard, 2 inputs"))
  }

  @Test func keysThatRepeatAreKeptAndReported() throws {
    let place = try place()
    let outcome = try place.run(
      "encode", "it's in/a", "it's in/b", "-o", "out", "--size", "16", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\"duplicate_keys\":2"))
    #expect(
      outcome.errors.contains(
        "2 rows with a key that a row before them has, all kept: 1 in out/a.tessera and "
          + "out/b.tessera; 2 in out/a.tessera and out/b.tessera"))
    let check = try place.run("tokens", "duplicates", "out")
    #expect(check.status == 0)
    #expect(check.output.hasPrefix("4 rows in 2 files, 2 with a key that a row before them has\n"))
    let one = try place.run("tokens", "duplicates", "out/a.tessera", "--json")
    #expect(one.output.contains("\"duplicates\":0") && one.output.contains("\"rows\":2"))
    let none = try place.run("tokens", "duplicates", "it's in")
    #expect(none.status == 65 && none.complaints.count == 1)
  }
}
