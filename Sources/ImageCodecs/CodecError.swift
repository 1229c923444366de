public import Checkpoints
public import TensorKernels

/// Why a codec could not be made from a checkpoint, or refused a picture or a token grid.
public struct CodecError: Error, Equatable, Sendable {
  /// What was wrong, with the numbers that disagree.
  @nonexhaustive public enum Reason: Equatable, Sendable {
    /// The picture's size is not a positive multiple of the patch size.
    case sizeNotMultiple(height: Int, width: Int, patchSize: Int)
    /// The grid has no tokens.
    case emptyGrid(height: Int, width: Int)
    /// A token lies outside `0..<codebookSize`; `index` counts row-major.
    case tokenOutOfRange(token: Int, index: Int, codebookSize: Int)
    /// Latents have another number of channels than the decoder takes.
    case latentChannels(expected: Int, found: Int)
    /// No codec is known by this name.
    case unknownCodec(name: String, known: [String])
    /// The codec has continuous latents and no tokens.
    case latentsOnly
    /// A file could not be read.
    case checkpoint(CheckpointError)
    /// The tensors belong to no codec that is known.
    case unrecognised(names: [String])
    /// The tensors belong to another codec than the one asked for.
    case anotherCodec(found: String)
    /// A codec of several files lacks one.
    case missingFile(String)
    /// Tensors are missing or have another shape than the rest of the checkpoint implies.
    case tensors([TensorProblem])
    /// An extent is beyond what any real network has.
    case extent(tensor: String, value: Int, limit: Int)
    /// A weight is infinite or no number; `index` counts row-major.
    case notFinite(tensor: String, index: Int)
    /// The weights form no network that can be run at the size asked for.
    case network(NetworkError)
  }

  /// What was wrong.
  public let reason: Reason
  /// Which codec refused, as the command spells it; nil before a codec was recognised.
  public let codec: String?

  /// Makes an error.
  public init(_ reason: Reason, codec: String? = nil) {
    self.reason = reason
    self.codec = codec
  }
}

/// One tensor that a codec needs and a checkpoint does not have as it should be.
public struct TensorProblem: Hashable, Sendable, CustomStringConvertible {
  /// The name, without any prefix the file puts before all of a network's names.
  public let name: String
  /// The shape that the rest of the checkpoint implies; empty when that cannot be told.
  public let expected: [Int]
  /// The shape that is there; nil when the tensor is missing.
  public let found: [Int]?

  /// Makes a problem.
  public init(name: String, expected: [Int], found: [Int]?) {
    self.name = name
    self.expected = expected
    self.found = found
  }

  /// `NAME: missing, [64] expected` or `NAME: [32] instead of [64]`.
  public var description: String {
    guard !expected.isEmpty else { return "\(name): missing, and the architecture is told from it" }
    return found.map { "\(name): \($0) instead of \(expected)" }
      ?? "\(name): missing, \(expected) expected"
  }
}

extension CodecError: CustomStringConvertible {
  /// One line: what, where, what was expected, what to do.
  public var description: String { (codec.map { "codec \($0): " } ?? "") + reason.sentence }
}

extension CodecError.Reason {
  var sentence: String {
    switch self {
    case .sizeNotMultiple(let height, let width, let patchSize):
      "a picture of \(width)x\(height) pixels (width x height) does not divide into patches of "
        + "\(patchSize)x\(patchSize); resize or crop it to positive multiples of \(patchSize)"
    case .emptyGrid(let height, let width):
      "a grid of \(height)x\(width) tokens stands for no picture"
    case .tokenOutOfRange(let token, let index, let codebookSize):
      "token \(token) at index \(index) lies outside 0..<\(codebookSize); "
        + "these tokens were made by another codec"
    case .latentChannels(let expected, let found):
      "latents of \(found) channels, the decoder takes \(expected)"
    case .unknownCodec(let name, let known):
      "there is no codec named '\(name)'; known are \(known.joined(separator: ", "))"
    case .latentsOnly:
      "this autoencoder has continuous latents and no codebook, so it makes no tokens"
    case .checkpoint(let error): "\(error)"
    case .unrecognised(let names):
      "these tensors belong to no known codec: \(names.prefix(3).joined(separator: ", "))"
        + (names.count > 3 ? " and \(names.count - 3) more" : "")
    case .anotherCodec(let found): "the tensors are those of \(found)"
    case .missingFile(let file): "\(file) is needed too; give both files"
    case .tensors(let problems):
      problems.prefix(3).map(\.description).joined(separator: "; ")
        + (problems.count > 3 ? "; and \(problems.count - 3) more (tessera codec info)" : "")
    case .extent(let tensor, let value, let limit):
      "an extent of \(value) in tensor '\(tensor)'; the limit is \(limit)"
    case .notFinite(let tensor, let index):
      "tensor '\(tensor)' holds NaN or infinity at element \(index); the file is damaged or the "
        + "training diverged"
    case .network(let error): "\(error)"
    }
  }
}

/// Runs work of the rooms below and passes their errors on as this room's.
func passingErrors<Result>(
  of codec: String?, _ work: () throws -> Result
) throws(CodecError) -> Result {
  do {
    return try work()
  } catch let error as CodecError {
    throw CodecError(error.reason, codec: error.codec ?? codec)
  } catch let error as NetworkError {
    throw CodecError(.network(error), codec: codec)
  } catch let error as CheckpointError {
    throw CodecError(.checkpoint(error), codec: codec)
  } catch {
    fatalError("only the rooms below are called here, and they throw nothing else: \(error)")
  }
}
