import Datasets
import Pipelines
import TokenFiles

/// What `tessera encode` prints for each token file.
struct EncodeReport: Encodable {
  private let file: String
  private let status: String
  let inputs: Int
  let rows: Int
  let rejected: Int
  let rejects: [String: Int]
  private let resumed: Int
  private let captions: Int
  private let repaired_captions: Int
  /// Of how many ids a caption keeps at most; absent where none is cut.
  private let caption_length: Int?
  private let cut_captions: Int
  private let passed_over: [String: Int]
  let bytes: Int
  private let seconds: Double
  private let per_second: Double
  /// The command that tries the rejects anew; nil where there are none, or not for this file alone.
  var retry: String?

  /// Whether nothing had to be done.
  var isSkipped: Bool { status == "skipped" }

  /// The report of a run.
  init(_ summary: EncodeSummary, inputs shard: ShardInputs, text: CaptionEncoding?) {
    file = summary.path
    status = summary.ending.rawValue
    inputs = summary.inputs
    rows = summary.rows
    rejected = summary.rejects.total
    rejects = summary.rejects.counts
    resumed = summary.resumedInputs
    captions = summary.captions
    repaired_captions = summary.repairedCaptions
    caption_length = text.flatMap { $0.maximumLength > 0 ? $0.maximumLength : nil }
    cut_captions = summary.cutCaptions
    passed_over = shard.ignored
    bytes = OutputPlace.size(summary.path)
    let elapsed = summary.elapsed / .seconds(1)
    seconds = (elapsed * 1000).rounded() / 1000
    per_second =
      (Double(summary.inputs - summary.resumedInputs) / max(elapsed, 1e-3) * 100)
      .rounded() / 100
  }

  /// The report of a file that was finished before.
  init(skipped file: TokenFile, tally: RejectTally, path: String) {
    self.file = path
    status = "skipped"
    inputs = file.inputCount
    rows = file.count
    rejected = file.rejectCount
    rejects = tally.counts
    resumed = file.inputCount
    captions = 0
    repaired_captions = 0
    caption_length = nil
    cut_captions = 0
    passed_over = [:]
    bytes = file.byteCount
    seconds = 0
    per_second = 0
  }

  /// A few lines for people.
  var text: String {
    guard !isSkipped else {
      return "\(file): finished already with these options, "
        + "\(Wording.count(rows, "row")) and \(Wording.count(rejected, "reject")); nothing to do"
    }
    let unfinished = status == EncodeSummary.Ending.finished.rawValue ? "" : ".partial"
    var lines = [
      "\(file)\(unfinished): \(Wording.count(inputs, "input")), \(Wording.count(rows, "row")), "
        + "\(Wording.count(rejected, "reject")); \(Wording.bytes(bytes)) in "
        + "\(Wording.duration(seconds)), \(Wording.rate(per_second)) pictures per second"
    ]
    if resumed > 0 { lines.append("  \(Wording.count(resumed, "input")) of an earlier run kept") }
    for (reason, count) in rejects.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append("  rejected \(Wording.count(count)): \(reason)")
    }
    if rejected > 0 && unfinished.isEmpty {
      lines.append("  the rejects by name: tessera tokens info --rejects \(file)")
    }
    if let retry { lines.append("  to try only them anew: \(retry)") }
    if repaired_captions > 0 {
      lines.append(
        "  captions repaired (NUL or invalid UTF-8) of \(Wording.count(repaired_captions, "row"))")
    }
    if let caption_length {
      lines.append(
        "  captions cut to \(caption_length) ids: \(Wording.count(cut_captions)) of "
          + Wording.count(captions))
    }
    let others = passed_over.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(5).map { ($0.key.isEmpty ? "no extension" : ".\($0.key)") + " \($0.value)" }
    if !others.isEmpty {
      lines.append("  files passed over, no pictures: \(others.joined(separator: ", "))")
    }
    return lines.map(Console.printable).joined(separator: "\n")
  }
}

/// What `tessera encode --dry-run` prints for each token file.
struct EncodePlanReport: Encodable {
  private let file: String
  let inputs: Int
  private let tried: Int
  private let rejects: [String: Int]
  private let per_second: Double
  let expected_seconds: Double
  let expected_bytes: Int

  init(_ plan: EncodePlan, path: String) {
    file = path
    inputs = plan.inputs
    tried = plan.tried
    rejects = plan.rejects.counts
    per_second = (plan.perSecond * 100).rounded() / 100
    expected_seconds = plan.seconds.rounded(.up)
    expected_bytes = plan.expectedBytes
  }

  /// Two lines for people.
  var text: String {
    let reasons = rejects.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \(Wording.count($0.value))" }
    let lines = [
      "\(file): \(Wording.count(inputs, "input")), about \(Wording.bytes(expected_bytes)) and "
        + "\(Wording.duration(expected_seconds)); nothing written",
      "  measured on \(Wording.count(tried)) of them: \(Wording.rate(per_second)) per second, "
        + "\(Wording.count(rejects.values.reduce(0, +))) rejected"
        + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))"),
    ]
    return lines.map(Console.printable).joined(separator: "\n")
  }
}

/// What `tessera encode --dry-run` prints at the end, of several shards.
struct EncodePlanTotals: Encodable {
  private let total = true
  private let shards: Int
  private let inputs: Int
  private let expected_seconds: Double
  private let expected_bytes: Int

  init(_ plans: [EncodePlanReport]) {
    shards = plans.count
    inputs = plans.reduce(0) { $0 + $1.inputs }
    expected_seconds = plans.reduce(0) { $0 + $1.expected_seconds }
    expected_bytes = plans.reduce(0) { $0 + $1.expected_bytes }
  }

  /// A line for people.
  var text: String {
    "in all: \(Wording.count(shards, "shard")), \(Wording.count(inputs, "input")), about "
      + "\(Wording.bytes(expected_bytes)) and \(Wording.duration(expected_seconds)); nothing written"
  }
}
