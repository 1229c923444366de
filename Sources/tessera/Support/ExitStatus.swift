import ByteCoding
import Checkpoints
import Datasets
import Glibc
import ImageCodecs
import Pipelines
import TokenBridges
import TokenFiles

/// The statuses that scripts and job engines may rely on.
enum ExitStatus: Int32 {
  case done = 0
  /// The run failed for a reason of its own.
  case failed = 1
  /// The command line is wrong.
  case usage = 2
  /// More inputs were rejected than `--max-rejects` allows.
  case tooManyRejects = 3
  /// The input can never be used: another try would fail too.
  case inputUnusable = 65
  /// The disk, the memory or a lock refused: another try may succeed.
  case tryAgain = 75
  /// Ended by SIGINT, resumable.
  case interrupted = 130
  /// Ended by SIGTERM, resumable.
  case terminated = 143
}

/// An error whose line and status the command itself decides.
struct CommandFailure: Error {
  let status: ExitStatus
  /// One line, without the program's name; nil when everything has been said already.
  let line: String?

  init(_ status: ExitStatus, _ line: String?) {
    self.status = status
    self.line = line
  }

  /// The command line asks for something that does not fit together.
  static func usage(_ line: String) -> CommandFailure { CommandFailure(.usage, line) }
}

extension ExitStatus {
  /// The status of two shards together: the one that asks for more attention.
  func joined(_ other: ExitStatus) -> ExitStatus {
    let order: [ExitStatus] = [
      .interrupted, .terminated, .tryAgain, .usage, .failed, .tooManyRejects, .inputUnusable, .done,
    ]
    return order.first { $0 == self || $0 == other }!
  }

  /// The status that an error of one of the libraries stands for; nil for errors of other origin.
  init?(for error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure.status
    case let error as DatasetError: self = Self.reading(error)
    case let error as TokenFileError: self = Self.tokenFile(error, isOutput: false)
    case let error as PipelineError: self = Self.pipeline(error)
    case let error as BridgeError: self = Self.bridge(error)
    case let error as ByteCodingError: self = Self.bytes(error, isOutput: true)
    case let error as CodecError:
      if case .unknownCodec = error.reason { self = .usage } else { self = .inputUnusable }
    case is CheckpointError: self = .inputUnusable
    default: return nil
    }
  }

  private static func reading(_ error: DatasetError) -> ExitStatus {
    switch error.reason {
    case .noInputs, .sameName: .usage
    case .system(let failure): isTemporary(failure.number) ? .tryAgain : .inputUnusable
    case .unsuitable, .noPictures, .archive, .captions: .inputUnusable
    }
  }

  private static func pipeline(_ error: PipelineError) -> ExitStatus {
    switch error.reason {
    case .inputs(let error): reading(error)
    case .tokenFile(let error): tokenFile(error, isOutput: true)
    case .noSuchRows: .usage
    case .codecMismatch, .row, .textModel, .corpus: .inputUnusable
    case .output(let failure): isTemporary(failure.number) ? .tryAgain : .failed
    case .inputsChanged, .outputExists: .failed
    @unknown default: .failed
    }
  }

  private static func tokenFile(_ error: TokenFileError, isOutput: Bool) -> ExitStatus {
    switch error.reason {
    case .file(let error): bytes(error, isOutput: isOutput)
    case .headersDiffer, .unfitRow, .inputsUnaccounted: .failed
    default: .inputUnusable
    }
  }

  private static func bridge(_ error: BridgeError) -> ExitStatus {
    switch error.reason {
    case .options: .usage
    case .exists, .archive: .failed
    case .file(let error): bytes(error, isOutput: true)
    case .tokenFile(let error): tokenFile(error, isOutput: false)
    default: .inputUnusable
    }
  }

  private static func bytes(_ error: ByteCodingError, isOutput: Bool) -> ExitStatus {
    switch error.reason {
    case .busy: .tryAgain
    case .system(_, _, let number) where isTemporary(number): .tryAgain
    case .exists: .failed
    case .system(let operation, _, _)
    where ["write", "truncate", "sync", "rename"].contains(operation):
      .failed
    default: isOutput ? .failed : .inputUnusable
    }
  }

  /// Whether the same call may succeed later, on this machine or another.
  private static func isTemporary(_ number: Int32) -> Bool {
    [ENOSPC, EDQUOT, EFBIG, EIO, ENOMEM, EMFILE, ENFILE, EAGAIN, EINTR, ESTALE, ETIMEDOUT]
      .contains(number)
  }
}
