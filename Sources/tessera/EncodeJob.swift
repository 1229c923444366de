import ArgumentParser
import ByteCoding
import Datasets
import ImageFiles
import Pipelines
import TokenFiles

/// `--captions`: where captions come from.
enum CaptionChoice: ExpressibleByArgument, Equatable, CustomStringConvertible {
  case auto
  case none
  case file(String)

  init(argument: String) {
    self =
      switch argument {
      case "auto": .auto
      case "none": .none
      default: .file(argument)
      }
  }

  var description: String {
    switch self {
    case .auto: "auto"
    case .none: "none"
    case .file(let path): path
    }
  }

  /// The table, if that is where they come from.
  func table() throws -> CaptionTable? {
    guard case .file(let path) = self else { return nil }
    return try CaptionTable(path: path)
  }
}

/// What `tessera encode` does with one shard after another.
struct EncodeJob {
  let pipeline: EncodePipeline
  let captions: CaptionChoice
  let table: CaptionTable?
  let resume: Bool
  let retryFailed: Bool
  /// SHA-256 of everything that decides the bytes of a token file besides the input; nil for a run
  /// without manifests.
  let optionsDigest: String?
  let json: Bool

  /// The digest for ``optionsDigest``. Reads a table of captions once more.
  static func digest(of pipeline: EncodePipeline, captions: CaptionChoice) throws -> String {
    var text = pipeline.header.json + "\n"
    let pixels = pipeline.preparation.decoding.maximumPixelCount
    if pixels != ImageDecodingOptions().maximumPixelCount { text += "pixels \(pixels)\n" }
    switch captions {
    case .auto, .none: text += "captions \(captions)"
    case .file(let path): text += "captions \(try Manifest.digest(ofFile: path))"
    }
    return SHA256.hexadecimal(of: Array(text.utf8).span.bytes)
  }

  /// Encodes a shard, or finds that it is done.
  ///
  /// - Parameter place: Which of several it is; one of several that cannot be encoded does not keep
  ///   the others from it.
  func run(_ shard: Shard, to path: String, place: ProgressLine.Place?) throws -> Outcome {
    do {
      var outcome = try encode(shard, to: path, place: place)
      if place == nil, outcome.isFinished, (outcome.report?.rejected ?? 0) > 0 {
        outcome.report?.retry = CommandAgain.line(with: "--retry-failed")
      }
      if let report = outcome.report {
        Console.result(json ? Console.json(report) : report.text)
      }
      if let complaint = outcome.complaint { Console.complain(complaint) }
      return outcome
    } catch {
      guard place != nil, let status = ExitStatus(for: error), status != .usage else { throw error }
      Console.complain((error as? CommandFailure)?.line ?? "\(error)")
      return Outcome(status: status)
    }
  }

  /// How a shard went.
  struct Outcome {
    let status: ExitStatus
    var report: EncodeReport?
    /// Whether its token file is finished.
    var isFinished = false
    var complaint: String?
  }

  /// Looks for keys that rows of several shards share, and says so.
  ///
  /// - Returns: Their number.
  func showDuplicates(in files: [String]) throws -> Int {
    let keys = try DuplicateKeys(in: files)
    guard keys.count > 0 else { return 0 }
    let examples = keys.examples.map { "\($0.key) in \($0.first) and \($0.second)" }
    Console.note(
      "note: \(Wording.count(keys.count, "row")) with a key that a row before them has, all kept: "
        + examples.joined(separator: "; ") + (keys.count > keys.examples.count ? "; …" : ""))
    return keys.count
  }

  /// Shows what encoding a shard would take.
  func showPlan(of shard: Shard, to path: String) throws -> EncodePlanReport {
    let plan = EncodePlanReport(pipeline.plan(try shard.open(captions: table)), path: path)
    Console.result(json ? Console.json(plan) : plan.text)
    return plan
  }

  /// Says how much of a caption table was never asked for.
  func showUnusedCaptions() {
    guard let table, table.unusedCount > 0 else { return }
    Console.note(
      "note: \(captions): \(Wording.count(table.unusedCount)) of "
        + "\(Wording.count(table.pictureCount, "picture")) in the table are not among the inputs")
  }

  private func encode(
    _ shard: Shard, to path: String, place: ProgressLine.Place?
  ) throws -> Outcome {
    if let optionsDigest {
      if !retryFailed, Manifest.valid(for: path, optionsDigest: optionsDigest) != nil {
        return try skipped(try TokenFile(contentsOf: path), path: path)
      }
      try OutputPlace.makeFolder(above: path)
    }
    let inputs = try shard.open(captions: table)
    for notice in inputs.notices { Console.note("note: \(notice)") }
    let finished = try OutputPlace.finishedFile(path, header: pipeline.header, inputs: inputs)
    if let finished, !retryFailed || finished.rejectCount == 0 {
      try writeManifest(besides: path)
      return try skipped(finished, path: path)
    }
    if retryFailed, finished == nil, !resume {
      throw CommandFailure(.failed, "\(path): --retry-failed needs a finished token file there")
    }
    var line = ProgressLine(noun: "pictures", json: json, place: place)
    defer { line.clear() }
    let summary = try pipeline.run(
      inputs, to: path, leftover: resume ? .resume : .refuse, keeping: finished,
      isCancelled: { Signals.status != nil }, progress: { line.show($0) })
    line.clear()
    if summary.ending == .finished { try writeManifest(besides: path) }
    let (status, complaint) = status(of: summary, path: path)
    return Outcome(
      status: status,
      report: EncodeReport(summary, inputs: inputs, text: pipeline.captionEncoding),
      isFinished: summary.ending == .finished, complaint: complaint)
  }

  private func writeManifest(besides path: String) throws {
    guard let optionsDigest else { return }
    try Manifest(of: path, optionsDigest: optionsDigest).write(besides: path)
  }

  private func skipped(_ file: TokenFile, path: String) throws -> Outcome {
    let tally = RejectTally(of: try file.rejects())
    return Outcome(
      status: .done, report: EncodeReport(skipped: file, tally: tally, path: path),
      isFinished: true)
  }

  private func status(of summary: EncodeSummary, path: String) -> (ExitStatus, String?) {
    switch summary.ending {
    case .cancelled:
      return (
        Signals.status ?? .failed,
        "\(path): interrupted after \(Wording.count(summary.inputs, "input")); "
          + "to go on with --resume: \(CommandAgain.line(with: "--resume"))"
      )
    case .tooManyRejects:
      return (
        .tooManyRejects,
        "\(path): \(Wording.count(summary.rejects.total, "input")) rejected, more than "
          + "--max-rejects allows; --resume with a higher limit goes on"
      )
    case .finished:
      guard summary.rows == 0 else { return (.done, nil) }
      return (
        .inputUnusable,
        "\(path): every input was rejected; see 'tessera tokens info --rejects \(path)'"
      )
    }
  }
}
