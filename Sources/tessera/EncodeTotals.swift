import Pipelines

/// What `tessera encode` says at the end of a run over several shards.
struct EncodeTotals: Encodable {
  let total = true
  /// Shards with a finished file, those that were finished before included.
  private(set) var finished = 0
  private(set) var skipped = 0
  /// Shards that have no finished file.
  private(set) var unfinished = 0
  private(set) var inputs = 0
  private(set) var rows = 0
  private(set) var rejected = 0
  private(set) var rejects: [String: Int] = [:]
  private(set) var bytes = 0
  /// Rows with a key that a row before them has; nil where that was not looked into.
  var duplicate_keys: Int?
  var retry: String?

  /// Counts a shard; nil is one that could not be encoded.
  mutating func add(_ report: EncodeReport?, isFinished: Bool) {
    if isFinished { finished += 1 } else { unfinished += 1 }
    guard let report else { return }
    skipped += report.isSkipped ? 1 : 0
    inputs += report.inputs
    rows += report.rows
    rejected += report.rejected
    rejects.merge(report.rejects, uniquingKeysWith: +)
    bytes += report.bytes
  }

  /// A few lines for people.
  var text: String {
    var lines = [
      "in all: \(Wording.count(finished, "shard")) finished"
        + (skipped > 0 ? " (\(Wording.count(skipped)) before)" : "")
        + (unfinished > 0 ? ", \(Wording.count(unfinished)) not" : "")
        + "; \(Wording.count(inputs, "input")), \(Wording.count(rows, "row")), "
        + "\(Wording.count(rejected, "reject")); \(Wording.bytes(bytes))"
    ]
    for (reason, count) in rejects.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append("  rejected \(Wording.count(count)): \(reason)")
    }
    if let retry { lines.append("  to try only them anew: \(retry)") }
    return lines.map(Console.printable).joined(separator: "\n")
  }
}

/// This run's own command line, as a person could type it again.
enum CommandAgain {
  /// The command with one more flag; flags that contradict it are left out.
  static func line(with flag: String) -> String {
    var words = CommandLine.arguments.filter { !["--resume", "--retry-failed"].contains($0) }
    words.append(flag)
    return words.map(quoted).joined(separator: " ")
  }

  /// A word as a shell reads it back.
  private static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: Array("-_./,:=@%+".utf8).contains(byte)
      }
    }
    guard !plain || word.isEmpty else { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
