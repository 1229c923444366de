import Glibc
import Pipelines

/// One line on the terminal that is painted over while a run goes; nothing in a pipe.
struct ProgressLine {
  enum Style { case line, json, quiet }

  /// One of several shards that a run goes through.
  struct Place {
    /// Counted from 1.
    let number: Int
    let count: Int
    /// The file that it becomes.
    let file: String
  }

  private let noun: String
  private let style: Style
  private let place: Place?

  /// - Parameters:
  ///   - noun: What is counted, in the plural (`pictures`).
  ///   - json: Whether a program reads standard error: an event per line and second.
  ///   - place: Which of several shards it is.
  init(noun: String, json: Bool, place: Place? = nil) {
    self.noun = noun
    self.place = place
    style = json ? .json : Console.isTerminal ? .line : .quiet
  }

  private var lastEvent: Duration?

  /// Shows how far the run is.
  mutating func show(_ progress: RunProgress) {
    switch style {
    case .quiet: break
    case .line:
      let shard = place.map { "shard \($0.number) / \(Wording.count($0.count)) · " } ?? ""
      let text = shard + Self.text(progress, noun: noun)
      Console.status("\r" + text.prefix(Self.terminalWidth - 1) + "\u{1B}[K")
    case .json:
      if let lastEvent, progress.elapsed - lastEvent < .seconds(1), progress.done != progress.total
      {
        return
      }
      lastEvent = progress.elapsed
      Console.status(Console.json(Event(progress, place)) + "\n")
    }
  }

  /// Clears the line before something else is printed.
  func clear() {
    if style == .line { Console.status("\r\u{1B}[K") }
  }

  static func text(_ progress: RunProgress, noun: String) -> String {
    var parts = [Wording.count(progress.done)]
    if let total = progress.total { parts[0] += " / \(Wording.count(total))" }
    parts[0] += " \(noun)"
    if progress.perSecond > 0 { parts.append("\(Wording.rate(progress.perSecond)) per second") }
    if let left = progress.secondsLeft, progress.done < progress.total ?? 0 {
      parts.append("\(Wording.duration(left)) left")
    }
    if progress.rejects.total > 0 {
      let reasons = progress.rejects.byReason.map { "\($0.reason) \(Wording.count($0.count))" }
      parts.append(
        "\(Wording.count(progress.rejects.total)) rejected (\(reasons.joined(separator: ", ")))")
    }
    return parts.joined(separator: " · ")
  }

  private struct Event: Encodable {
    let event = "progress"
    let done: Int
    let total: Int?
    let resumed: Int
    let rejects: [String: Int]
    let seconds: Double
    let per_second: Double
    let seconds_left: Double?
    let file: String?
    let shard: Int?
    let shards: Int?

    init(_ progress: RunProgress, _ place: Place?) {
      file = place?.file
      shard = place?.number
      shards = place?.count
      done = progress.done
      total = progress.total
      resumed = progress.resumed
      rejects = progress.rejects.counts
      seconds = (progress.elapsed / .seconds(1) * 1000).rounded() / 1000
      per_second = (progress.perSecond * 1000).rounded() / 1000
      seconds_left = progress.secondsLeft.map { $0.rounded() }
    }
  }

  private static var terminalWidth: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

extension RejectTally {
  /// Counts by `stage/code`, for JSON.
  var counts: [String: Int] {
    Dictionary(uniqueKeysWithValues: byReason.map { ("\($0.reason)", $0.count) })
  }
}
