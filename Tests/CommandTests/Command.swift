import Foundation
import TestSupport

/// The built program, run as a user runs it.
struct Command {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// The lines on standard error.
    var complaints: [String] { errors.split(separator: "\n").map(String.init) }
  }

  /// The program beside the running tests: both are products of one build.
  static let binary: URL = {
    let besideTests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("tessera")
    let candidates = [
      ProcessInfo.processInfo.environment["TESSERA_BINARY"].map { URL(fileURLWithPath: $0) },
      besideTests,
      Fixtures.repository.appendingPathComponent(".build/release/tessera"),
      Fixtures.repository.appendingPathComponent(".build/debug/tessera"),
    ].compactMap { $0 }
    guard
      let found = candidates.first(where: {
        FileManager.default.isExecutableFile(atPath: $0.path)
      })
    else { fatalError("no tessera program at \(candidates.map(\.path))") }
    return found
  }()

  /// Runs `tessera` with arguments and waits for its end.
  static func run(_ arguments: String..., in folder: URL? = nil) throws -> Outcome {
    let running = try Running(arguments, in: folder)
    return try running.outcome()
  }

  /// A program that has been started.
  final class Running {
    let process = Process()
    private let scratch: URL

    /// Starts the program; `input` is what it reads from standard input.
    init(
      _ arguments: [String], of program: URL = Command.binary, in folder: URL? = nil,
      environment: [String: String]? = nil, input: [UInt8] = []
    ) throws {
      scratch = try Fixtures.temporaryFolder()
      process.executableURL = program
      process.arguments = arguments
      if let environment { process.environment = environment }
      if let folder { process.currentDirectoryURL = folder }
      let source = scratch.appendingPathComponent("input")
      try Data(input).write(to: source)
      process.standardInput = try FileHandle(forReadingFrom: source)
      process.standardOutput = try Self.sink(scratch.appendingPathComponent("output"))
      process.standardError = try Self.sink(scratch.appendingPathComponent("errors"))
      try process.run()
    }

    deinit { try? FileManager.default.removeItem(at: scratch) }

    /// What has been printed on standard error so far.
    var errors: String { text("errors") }

    /// Waits for the end.
    func outcome() throws -> Outcome {
      process.waitUntilExit()
      // As a shell reports it: 128 and the signal's number.
      let status =
        process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus
      return Outcome(status: status, output: text("output"), errors: text("errors"))
    }

    private func text(_ name: String) -> String {
      (try? String(contentsOf: scratch.appendingPathComponent(name), encoding: .utf8)) ?? ""
    }

    private static func sink(_ url: URL) throws -> FileHandle {
      _ = FileManager.default.createFile(atPath: url.path, contents: nil)
      return try FileHandle(forWritingTo: url)
    }
  }
}
