import Foundation
import TestSupport
import Testing

/// The examples of `docs/scale` that need no cluster, run as the engine would run them; the others
/// are run by `Tests/Campaigns/spark.sh`.
@Suite struct ScaleExamplesTests {
  private let examples = Fixtures.repository.appendingPathComponent("docs/scale")

  /// Three tar shards of two pictures each, and what encoding them plainly gives.
  private func place() throws -> Workplace {
    let place = try Workplace()
    for shard in ["a", "b", "c"] {
      for (number, picture) in ["411.jpg", "444.jpg"].enumerated() {
        try place.add(picture: "accept/\(picture)", as: "files/\(shard)\(number).jpg")
      }
      try FileManager.default.createDirectory(
        atPath: place.path("shards"), withIntermediateDirectories: true)
      #expect(
        try shell("tar -cf shards/\(shard).tar -C files . && rm -r files", in: place).status == 0)
    }
    #expect(try place.run("encode", "shards", "-o", "whole").status == 0)
    return place
  }

  /// Runs a line of shell with the built program first on the path.
  private func shell(
    _ line: String, in place: Workplace, with variables: [String: String] = [:]
  ) throws -> Command.Outcome {
    try start(line, in: place, with: variables).outcome()
  }

  private func start(
    _ line: String, in place: Workplace, with variables: [String: String]
  ) throws -> Command.Running {
    let folder = Command.binary.deletingLastPathComponent().path
    var environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    environment["PATH"] = "\(place.path("bin")):\(folder):\(environment["PATH"] ?? "")"
    return try Command.Running(
      ["-c", line], of: URL(fileURLWithPath: "/bin/bash"), in: place.url,
      environment: environment)
  }

  private func expectWhole(_ folder: String, in place: Workplace) throws {
    let names = try place.files(below: "whole")
    #expect(try place.files(below: folder) == names)
    for name in names {
      #expect(try place.bytes("\(folder)/\(name)") == place.bytes("whole/\(name)"))
    }
  }

  @Test func theWorkersOfTheKubernetesJobTogetherEncodeEveryShard() throws {
    let place = try place()
    let manifest = try String(
      contentsOf: examples.appendingPathComponent("kubernetes.yaml"), encoding: .utf8)
    // The folded block scalar after `args`: its lines are joined with spaces.
    let lines = manifest.split(separator: "\n").map { $0.drop { $0 == " " } }
    let first = try #require(lines.firstIndex(of: "- >-")) + 1
    let last = try #require(lines[first...].firstIndex(of: "resources:"))
    let command = lines[first..<last].joined(separator: " ")
      .replacing("/data/shards", with: place.path("shards"))
      .replacing("/data/tokens", with: place.path("tokens"))
    for worker in 0..<64 where worker < 4 {
      let outcome = try shell(
        command, in: place, with: ["JOB_COMPLETION_INDEX": String(worker)])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    try expectWhole("tokens", in: place)
  }

  private func slurm(_ task: Int, of count: Int) -> [String: String] {
    [
      "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_ARRAY_TASK_COUNT": "\(count)",
      "SLURM_ARRAY_JOB_ID": "7", "SLURM_CPUS_PER_TASK": "1",
    ]
  }

  @Test func theTasksOfTheSlurmArrayTogetherEncodeEveryShard() throws {
    let place = try place()
    let script = examples.appendingPathComponent("slurm.sh").path
    for task in 0..<2 {
      let outcome = try shell(
        "exec bash \(script) shards tokens", in: place, with: slurm(task, of: 2))
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    try expectWhole("tokens", in: place)
  }

  @Test func aSlurmTaskOutOfTimeAsksForAnotherTurnAndGoesOn() throws {
    let place = try Workplace()
    try place.addPictures(80, to: "files")
    #expect(
      try shell("mkdir shards && tar --hard-dereference -cf shards/a.tar -C files .", in: place)
        .status == 0)
    try place.write("#!/bin/sh\necho \"$@\" >> asked\n", to: "bin/scontrol")
    #expect(try shell("chmod +x bin/scontrol", in: place).status == 0)
    // The test runner ignores SIGTERM, and so would a shell that it starts.
    let script =
      "exec env --default-signal=TERM bash \(examples.appendingPathComponent("slurm.sh").path)"
      + " shards tokens"

    let task = try start(script, in: place, with: slurm(0, of: 1))
    while task.process.isRunning, !place.exists("tokens/a.tessera.partial") { usleep(5_000) }
    task.process.terminate()
    let outcome = try task.outcome()
    #expect(outcome.status == 143, "\(outcome.errors)")
    #expect(String(decoding: try place.bytes("asked"), as: UTF8.self) == "requeue 7_0\n")
    #expect(!place.exists("tokens/a.tessera"))

    #expect(try shell(script, in: place, with: slurm(0, of: 1)).status == 0)
    #expect(try place.run("encode", "shards", "-o", "whole").status == 0)
    try expectWhole("tokens", in: place)
  }
}
