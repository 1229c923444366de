/// Why a checkpoint was refused, and where.
public struct CheckpointError: Error, Equatable, Sendable {
  /// What was wrong, with the numbers that disagree.
  @nonexhaustive public enum Reason: Equatable, Sendable {
    /// The operating system refused; the text is its own.
    case unreadable(String)
    /// The file is of another kind: a Git-LFS pointer, a web page, an archive, …
    case notACheckpoint(FileKind)
    /// The file ends before what it promises: usually a half download.
    case truncated(needed: Int, available: Int)
    /// A number in the file is beyond what this reader takes.
    case limitExceeded(String, value: Int, limit: Int)
    /// Two numbers that must agree do not.
    case disagreement(String, expected: Int, found: Int)
    /// The structure of the file is broken; the text says how.
    case malformed(String)
    /// The file is in order, but uses something this reader does not know.
    case unsupported(String)
    /// A pickle instruction cannot be carried out; `opcode` is its name.
    case pickle(opcode: String, String)
    /// Two tensors have the same name.
    case duplicateName
    /// No tensor has this name.
    case missingTensor
    /// The bytes of two tensors overlap; `with` is the other one.
    case overlap(with: String)
    /// The file holds no tensors at all.
    case noTensors
  }

  /// What was wrong.
  public let reason: Reason
  /// The first byte at fault, counted from the start of the file.
  public let offset: Int?
  /// The tensor concerned.
  public let tensor: String?
  /// The file concerned; nil for bytes in memory.
  public var file: String?

  /// Makes an error.
  public init(_ reason: Reason, offset: Int? = nil, tensor: String? = nil, file: String? = nil) {
    self.reason = reason
    self.offset = offset
    self.tensor = tensor
    self.file = file
  }

  func inFile(_ file: String?) -> CheckpointError {
    var copy = self
    copy.file = self.file ?? file
    return copy
  }
}

extension CheckpointError: CustomStringConvertible {
  /// One line: where, what, what was expected, what to do.
  public var description: String {
    var places: [String] = []
    if let file { places.append(file) }
    if let offset { places.append("byte \(offset)") }
    if let tensor { places.append("tensor '\(tensor)'") }
    return (places.isEmpty ? "checkpoint" : places.joined(separator: ", ")) + ": " + reason.sentence
  }
}

extension CheckpointError.Reason {
  var sentence: String {
    switch self {
    case .unreadable(let text): "cannot be read: \(text)"
    case .notACheckpoint(let kind): "\(kind.sentence)"
    case .truncated(let needed, let available):
      "the file ends too early: \(needed) bytes are needed, \(available) are there; "
        + "it may be half a download, fetch it again"
    case .limitExceeded(let what, let value, let limit):
      "\(what) is \(value), more than the limit of \(limit)"
    case .disagreement(let what, let expected, let found):
      "\(what) should be \(expected) but is \(found)"
    case .malformed(let text): text
    case .unsupported(let text): "\(text) is not supported"
    case .pickle(let opcode, let text): "pickle instruction \(opcode): \(text)"
    case .duplicateName: "a second tensor of this name"
    case .missingTensor: "there is no tensor of this name"
    case .overlap(let other): "its bytes overlap those of '\(other)'"
    case .noTensors: "the file holds no named tensors, so it is not a model checkpoint"
    }
  }
}
