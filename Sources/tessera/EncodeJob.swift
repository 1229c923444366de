import ArgumentParser
import ByteCoding
import Datasets
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
  let writesManifest: Bool
  let json: Bool

  /// Encodes a shard, or finds that it is done.
  ///
  /// - Parameter isOnly: Whether it is the only one; of several, one that cannot be encoded does not
  ///   keep the others from it.
  func run(_ shard: Shard, to path: String, isOnly: Bool) throws -> ExitStatus {
    do {
      return try run(shard, to: path)
    } catch {
      guard !isOnly, let status = ExitStatus(for: error), status != .usage else { throw error }
      Console.complain((error as? CommandFailure)?.line ?? "\(error)")
      return status
    }
  }

  func showPlan(of shard: Shard, to path: String) throws {
    let plan = EncodePlanReport(pipeline.plan(try shard.open(captions: table)), path: path)
    Console.result(json ? Console.json(plan) : plan.text)
  }

  /// Says how much of a caption table was never asked for.
  func showUnusedCaptions() {
    guard let table, table.unusedCount > 0 else { return }
    Console.note(
      "note: \(captions): \(Wording.count(table.unusedCount)) of "
        + "\(Wording.count(table.pictureCount, "picture")) in the table are not among the inputs")
  }

  /// SHA-256 of everything that decides the bytes of a token file besides the input.
  private var optionsDigest: String {
    get throws {
      var text = pipeline.header.json + "\n"
      switch captions {
      case .auto, .none: text += "captions \(captions)"
      case .file(let path):
        text += "captions \(try Manifest.digest(ofFile: path))"
      }
      let bytes = Array(text.utf8)
      return SHA256.hexadecimal(of: bytes.span.bytes)
    }
  }

  private func run(_ shard: Shard, to path: String) throws -> ExitStatus {
    let digest = writesManifest ? try optionsDigest : ""
    if writesManifest, !retryFailed,
      Manifest.valid(for: path, optionsDigest: digest) != nil
    {
      show(EncodeReport(skipped: try TokenFile(contentsOf: path), path: path))
      return .done
    }
    if writesManifest { try OutputPlace.makeFolder(above: path) }
    let inputs = try shard.open(captions: table)
    for notice in inputs.notices { Console.note("note: \(notice)") }
    let finished = try OutputPlace.finishedFile(path, header: pipeline.header, inputs: inputs)
    if let finished, !retryFailed || finished.rejectCount == 0 {
      if writesManifest { try Manifest(of: path, optionsDigest: digest).write(besides: path) }
      show(EncodeReport(skipped: finished, path: path))
      return .done
    }
    if retryFailed, finished == nil, !resume {
      throw CommandFailure(.failed, "\(path): --retry-failed needs a finished token file there")
    }
    var line = ProgressLine(noun: "pictures", json: json)
    defer { line.clear() }
    let summary = try pipeline.run(
      inputs, to: path, leftover: resume ? .resume : .refuse, keeping: finished,
      isCancelled: { Signals.status != nil }, progress: { line.show($0) })
    line.clear()
    show(EncodeReport(summary, inputs: inputs))
    if summary.ending == .finished, writesManifest {
      try Manifest(of: path, optionsDigest: digest).write(besides: path)
    }
    return status(of: summary, path: path)
  }

  private func show(_ report: EncodeReport) {
    Console.result(json ? Console.json(report) : report.text)
  }

  private func status(of summary: EncodeSummary, path: String) -> ExitStatus {
    switch summary.ending {
    case .cancelled:
      Console.complain(
        "\(path): interrupted after \(Wording.count(summary.inputs, "input")); "
          + "the same command with --resume goes on")
      return Signals.status ?? .failed
    case .tooManyRejects:
      Console.complain(
        "\(path): \(Wording.count(summary.rejects.total, "input")) rejected, more than "
          + "--max-rejects allows; --resume with a higher limit goes on")
      return .tooManyRejects
    case .finished:
      guard summary.rows == 0 else { return .done }
      Console.complain(
        "\(path): every input was rejected; see 'tessera tokens info --rejects \(path)'")
      return .inputUnusable
    }
  }
}
