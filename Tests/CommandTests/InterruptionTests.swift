import Foundation
import Glibc
import TestSupport
import Testing

/// Runs that are ended from outside and continued give the bytes of an undisturbed run.
@Suite(.serialized) struct InterruptionTests {
  /// Enough pictures for more than one chunk of 512 rows.
  private static let count = 800

  private func place() throws -> Workplace {
    let place = try Workplace()
    try place.addPictures(Self.count, to: "in")
    try place.write("no picture", to: "in/p0100x.jpg")
    return place
  }

  private let arguments = ["encode", "in", "--size", "16", "--out"]

  private func start(_ place: Workplace, _ out: String, resume: Bool = false) throws
    -> Command.Running
  {
    try Command.Running(arguments + [out] + (resume ? ["--resume"] : []), in: place.url)
  }

  private func size(_ path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  }

  /// Waits until the first chunk is on the disk.
  private func waitForAChunk(_ running: Command.Running, _ path: String) throws {
    let header = 1_600
    let deadline = ContinuousClock.now + .seconds(60)
    while size(path) <= header {
      try #require(running.process.isRunning && .now < deadline, "ended early: \(running.errors)")
      usleep(2_000)
    }
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func aSignalLeavesAFileThatCanBeResumed(signal: Int32, status: Int32) throws {
    let place = try place()
    #expect(try start(place, "whole.tessera").outcome().status == 0)

    let running = try start(place, "x.tessera")
    try waitForAChunk(running, place.path("x.tessera.partial"))
    kill(running.process.processIdentifier, signal)
    let outcome = try running.outcome()
    #expect(outcome.status == status)
    #expect(outcome.complaints.count == 1)
    #expect(outcome.errors.contains("to go on with --resume: "))
    #expect(!place.exists("x.tessera"))

    let unasked = try start(place, "x.tessera").outcome()
    #expect(unasked.status == 1 && unasked.complaints.count == 1)
    #expect(unasked.errors.contains("x.tessera.partial"))

    let resumed = try start(place, "x.tessera", resume: true).outcome()
    #expect(resumed.status == 0)
    #expect(resumed.output.contains("of an earlier run kept"))
    #expect(try place.bytes("x.tessera") == place.bytes("whole.tessera"))
    #expect(!place.exists("x.tessera.partial"))
  }

  @Test func aKilledRunCanBeResumed() throws {
    let place = try place()
    #expect(try start(place, "whole.tessera").outcome().status == 0)
    let running = try start(place, "x.tessera")
    try waitForAChunk(running, place.path("x.tessera.partial"))
    kill(running.process.processIdentifier, SIGKILL)
    #expect(try running.outcome().status == 137)

    let resumed = try start(place, "x.tessera", resume: true).outcome()
    #expect(resumed.status == 0)
    #expect(resumed.output.contains("of an earlier run kept"))
    #expect(try place.bytes("x.tessera") == place.bytes("whole.tessera"))
  }

  @Test func twoRunsDoNotWriteOneFile() throws {
    let place = try place()
    let running = try start(place, "x.tessera")
    try waitForAChunk(running, place.path("x.tessera.partial"))
    kill(running.process.processIdentifier, SIGSTOP)
    let second = try start(place, "x.tessera", resume: true).outcome()
    kill(running.process.processIdentifier, SIGCONT)
    #expect(second.status == 75)
    #expect(second.errors.contains("another writer"))
    #expect(try running.outcome().status == 0)
  }
}
