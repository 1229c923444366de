import Foundation
import Glibc
import TestSupport
import Testing
import TokenFiles

/// Short versions of the campaigns in `Tests/Campaigns/TokenFiles`.
@Suite(.serialized) struct TokensSafetyTests {
  /// `old.tessera`, 200 rows, and `source.tessera`, 51,200 rows in short chunks.
  private func place() throws -> Workplace {
    let place = try Workplace()
    try place.addPictures(200, to: "in")
    #expect(try place.run("encode", "in", "-o", "old.tessera", "--size", "64").status == 0)
    let merge = ["tokens", "merge"] + Array(repeating: "old.tessera", count: 256)
    let outcome = try Command.Running(merge + ["-o", "source.tessera"], in: place.url).outcome()
    #expect(outcome.status == 0)
    return place
  }

  @Test func anAppendMayBeKilledAtAnyMoment() throws {
    let place = try place()
    let old = try place.bytes("old.tessera")
    try place.write(old, to: "x.tessera")
    let clock = ContinuousClock()
    let start = clock.now
    #expect(try place.run("tokens", "append", "x.tessera", "source.tessera").status == 0)
    let duration = clock.now - start
    let whole = try place.bytes("x.tessera")
    var random = SeededGenerator(seed: 30)
    for _ in 0..<8 {
      try place.write(old, to: "x.tessera")
      let running = try place.start("tokens", "append", "x.tessera", "source.tessera")
      Thread.sleep(
        forTimeInterval: Double.random(in: 0...1, using: &random) * (duration / .seconds(1)))
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.outcome()
      let left = try place.bytes("x.tessera")
      #expect(left.starts(with: old))
      let salvage = try TokenFileSalvage(contentsOf: place.path("x.tessera"))
      #expect(salvage.rowCount >= 200 && salvage.lostRows.isEmpty)
      if left == whole { continue }
      let resumed = try place.run("tokens", "append", "x.tessera", "source.tessera", "--resume")
      #expect(resumed.status == 0)
      #expect(try place.bytes("x.tessera") == whole)
    }
  }

  /// A limit on the size of files refuses writes as a full disk does, without a disk of one's own.
  @Test func aWriteThatIsRefusedLeavesWhatWasThere() throws {
    let place = try place()
    let old = try place.bytes("old.tessera")
    for command in [
      "tokens append old.tessera source.tessera", "tokens merge source.tessera -o new.tessera",
      "tokens salvage source.tessera -o new.tessera",
    ] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.currentDirectoryURL = place.url
      process.arguments = [
        "-c", "ulimit -f 1024; exec \(Command.binary.path) \(command) 2>errors.txt >/dev/null",
      ]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 75, "\(command)")
      let errors = String(decoding: try place.bytes("errors.txt"), as: UTF8.self)
      #expect(errors.hasPrefix("tessera: ") && errors.contains("File too large"), "\(errors)")
      #expect(try place.bytes("old.tessera") == old)
      #expect(!place.exists("new.tessera") && !place.exists("new.tessera.partial"))
    }
  }
}
