public import Corpora
public import Datasets
public import TokenFiles
public import Tokens

/// Why a run could not go on. Single inputs that fail are rejects instead.
public struct PipelineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was wrong.
  @nonexhaustive public enum Reason: Equatable, Sendable {
    /// The inputs could not be read to their end.
    case inputs(DatasetError)
    /// The token file could not be written, read or resumed.
    case tokenFile(TokenFileError)
    /// The inputs are not those that the unfinished file was begun with.
    case inputsChanged(position: Int, expected: String, found: String?)
    /// The tokens were made by another codec.
    case codecMismatch(file: CodecIdentity, codec: CodecIdentity)
    /// The file has fewer rows than were asked for.
    case noSuchRows(asked: Range<Int>, rows: Int)
    /// A file that would be written exists already.
    case outputExists
    /// A file or folder could not be written.
    case output(SystemFailure)
    /// A row could not be turned into a picture.
    case row(Int, key: String, message: String)
    /// Captions could not be read.
    case corpus(CorpusError)
    /// A text model could not be read, or refused what it was given.
    case textModel(String)
  }

  /// What was wrong.
  public let reason: Reason
  /// The file at fault.
  public let path: String

  init(_ reason: Reason, path: String) {
    self.reason = reason
    self.path = path
  }

  /// One line: what, where, what to do.
  public var description: String {
    switch reason {
    case .inputs(let error):
      return "\(error)"
    case .tokenFile(let error):
      if case .file = error.reason { return "\(error)" }
      return error.path == nil ? "\(path): \(error)" : "\(error)"
    case .inputsChanged(let position, let expected, let found):
      return "\(path): input \(position) was \"\(expected)\" when this file was begun, now "
        + (found.map { "it is \"\($0)\"" } ?? "there are only \(position) inputs")
        + "; give the same inputs or choose another name"
    case .codecMismatch(let file, let codec):
      return "\(path): made by codec \(Self.name(file)), not by \(Self.name(codec)); "
        + "decode it with the codec and weights that encoded it"
    case .noSuchRows(let asked, let rows):
      return "\(path): has rows 0..<\(rows), not \(asked.lowerBound)..<\(asked.upperBound)"
    case .outputExists:
      return "\(path): exists already; choose an empty folder or move it away"
    case .output(let failure):
      return "\(path): \(failure.explanation)"
    case .row(let row, let key, let message):
      return "\(path): row \(row) (\(key)): \(message)"
    case .corpus(let error):
      return "\(error)"
    case .textModel(let message):
      return "\(path): \(message)"
    }
  }

  /// Name and digest, and what else tells two codecs apart.
  private static func name(_ codec: CodecIdentity) -> String {
    "\(codec.name) (weights \(codec.weightsDigest), \(codec.codebookSize) codes, "
      + "patches of \(codec.patchSize) pixels)"
  }
}
