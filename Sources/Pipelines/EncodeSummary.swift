/// What a run of ``EncodePipeline`` did.
public struct EncodeSummary: Hashable, Sendable {
  /// How a run ended.
  public enum Ending: String, Hashable, Sendable {
    /// Every input is a row or a reject of the finished file.
    case finished
    /// It was asked to stop; the unfinished file can be resumed.
    case cancelled
    /// It was given up; the unfinished file can be resumed with a higher limit.
    case tooManyRejects
  }

  /// The token file, finished or not.
  public let path: String
  /// How the run ended.
  public internal(set) var ending = Ending.finished
  /// Rows in the file, those of an earlier run included.
  public internal(set) var rows = 0
  /// Rejects in the file, those of an earlier run included.
  public internal(set) var rejects = RejectTally()
  /// Inputs that an earlier run had done.
  public let resumedInputs: Int
  /// Captions of the rows of this run.
  public internal(set) var captions = 0
  /// Rows of this run with a caption that had to be repaired.
  public internal(set) var repairedCaptions = 0
  /// Captions of this run that lost ids to the maximum length.
  public internal(set) var cutCaptions = 0
  /// Wall-clock time of this run.
  public internal(set) var elapsed = Duration.zero

  /// Rows and rejects.
  public var inputs: Int { rows + rejects.total }

  init(path: String, resumedInputs: Int) {
    self.path = path
    self.resumedInputs = resumedInputs
  }
}

/// Rejects above which a run is not worth going on.
public enum RejectLimit: Hashable, Sendable {
  /// At most so many.
  case count(Int)
  /// At most this part of all inputs, 0…1.
  case fraction(Double)

  func isExceeded(rejects: Int, inputs: Int) -> Bool {
    switch self {
    case .count(let most): rejects > most
    case .fraction(let most): Double(rejects) > most * Double(inputs)
    }
  }
}
