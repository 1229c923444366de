import Datasets

/// Rejects counted by reason.
public struct RejectTally: Hashable, Sendable {
  /// A stage and a code, as they stand in reject rows.
  public struct Reason: Hashable, Sendable, CustomStringConvertible {
    /// The stage that refused (`decode`).
    public let stage: String
    /// What was wrong (`truncated`).
    public let code: String
    /// `decode/truncated`.
    public var description: String { "\(stage)/\(code)" }
  }

  private var counts: [Reason: Int] = [:]

  /// Counts nothing yet.
  public init() {}

  /// All rejects.
  public private(set) var total = 0

  /// Reasons with their counts, the most frequent first, equal counts by name.
  public var byReason: [(reason: Reason, count: Int)] {
    counts.map { ($0.key, $0.value) }.sorted {
      ($1.count, $0.reason.description) < ($0.count, $1.reason.description)
    }
  }

  /// Counts one reject.
  public mutating func add(stage: String, code: String) {
    counts[Reason(stage: stage, code: code), default: 0] += 1
    total += 1
  }

  mutating func add(_ reject: SampleReject) {
    add(stage: reject.stage.rawValue, code: reject.code)
  }
}

/// How far a run has come.
public struct RunProgress: Sendable {
  /// Inputs of the whole run, if known beforehand.
  public let total: Int?
  /// Inputs that are done, rejected ones and those of an earlier run included.
  public let done: Int
  /// Inputs that an earlier run had done.
  public let resumed: Int
  /// Rejects so far.
  public let rejects: RejectTally
  /// Since the run began.
  public let elapsed: Duration
  /// Inputs per second lately; 0 until something is known.
  public let perSecond: Double

  /// At the present rate, if rate and total are known.
  public var secondsLeft: Double? {
    guard let total, perSecond > 0 else { return nil }
    return Double(max(0, total - done)) / perSecond
  }
}

/// Turns finished inputs into progress reports at a bearable rate.
struct ProgressMeter {
  /// Between two reports.
  static let interval = Duration.milliseconds(200)
  /// The rate is that of the last such stretch, so that it follows the pictures' sizes.
  static let memory = Duration.seconds(20)

  private let total: Int?
  private let resumed: Int
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastReport: ContinuousClock.Instant
  private var marks: [(time: ContinuousClock.Instant, done: Int)]

  init(total: Int?, resumed: Int) {
    self.total = total
    self.resumed = resumed
    start = clock.now
    lastReport = start
    marks = [(start, resumed)]
  }

  var elapsed: Duration { clock.now - start }

  /// A report if one is due, or `always`.
  mutating func report(done: Int, rejects: RejectTally, always: Bool = false) -> RunProgress? {
    let now = clock.now
    guard always || now - lastReport >= Self.interval else { return nil }
    lastReport = now
    marks.append((now, done))
    while marks.count > 2 && now - marks[1].time > Self.memory { marks.removeFirst() }
    let stretch = (now - marks[0].time) / .seconds(1)
    return RunProgress(
      total: total, done: done, resumed: resumed, rejects: rejects, elapsed: now - start,
      perSecond: stretch > 0 ? Double(done - marks[0].done) / stretch : 0)
  }
}
