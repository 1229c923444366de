import Checkpoints
import TensorKernels

/// Hands out a checkpoint's tensors as parameters of networks, and keeps account of which were
/// asked for, which were missing and which had another shape.
///
/// A codec asks for every tensor of its networks once, while the networks are built and before any
/// number is read. So one pass gives the networks, the list of problems for `codec info`, and the
/// set of tensors that the identity covers.
final class WeightLedger {
  /// An extent beyond this is refused: no network has wider layers, and products of a few such
  /// extents stay far from overflow.
  static let extentLimit = 1 << 20

  /// All tensors by canonical name: the file's, without the prefix common to the network.
  let tensors: [String: CheckpointTensor]
  private(set) var used: [String: CheckpointTensor] = [:]
  private(set) var problems: [TensorProblem] = []

  /// Names of tensors without the network's prefix.
  private let outside: [String]
  private let randomSeed: UInt64?

  init(_ tensors: [String: CheckpointTensor], outside: [String] = []) {
    self.tensors = tensors
    self.outside = outside
    randomSeed = nil
  }

  /// A ledger without tensors that answers every request with seeded random weights.
  init(randomSeed: UInt64) {
    tensors = [:]
    outside = []
    self.randomSeed = randomSeed
  }

  /// The tensors of one checkpoint whose names begin with `prefix`, which is removed.
  convenience init(_ checkpoint: Checkpoint, prefix: String = "") {
    self.init(
      Self.table(checkpoint, removing: prefix, adding: ""),
      outside: checkpoint.tensors.map(\.name).filter { !$0.hasPrefix(prefix) })
  }

  static func table(
    _ checkpoint: Checkpoint, removing prefix: String, adding addition: String
  ) -> [String: CheckpointTensor] {
    var table: [String: CheckpointTensor] = [:]
    for tensor in checkpoint.tensors where tensor.name.hasPrefix(prefix) {
      table[addition + tensor.name.dropFirst(prefix.count)] = tensor
    }
    return table
  }

  func contains(_ name: String) -> Bool { tensors[name] != nil }

  /// One extent of a tensor's shape, as evidence of the configuration.
  func extent(_ name: String, _ axis: Int) throws(CodecError) -> Int {
    guard let tensor = tensors[name], axis < tensor.shape.count else {
      throw CodecError(
        .tensors([TensorProblem(name: name, expected: [], found: tensors[name]?.shape)]))
    }
    let value = tensor.shape[axis]
    guard value > 0, value <= Self.extentLimit else {
      throw CodecError(.extent(tensor: name, value: value, limit: Self.extentLimit))
    }
    return value
  }

  /// How many of `name(0)`, `name(1)`, … there are before the first gap.
  func count(_ name: (Int) -> String) -> Int {
    var index = 0
    while contains(name(index)) { index += 1 }
    return index
  }

  /// The parameter of that name; a problem is noted when it is missing or shaped otherwise.
  func parameter(_ name: String, _ shape: [Int]) -> Parameter {
    if let randomSeed { return .random(name, shape, seed: randomSeed) }
    guard let tensor = tensors[name] else {
      problems.append(TensorProblem(name: name, expected: shape, found: nil))
      return Parameter(name: name, shape: shape, values: [])
    }
    used[name] = tensor
    if tensor.shape != shape {
      problems.append(TensorProblem(name: name, expected: shape, found: tensor.shape))
    }
    return Parameter(name: name, shape: shape) { try tensor.floats() }
  }

  /// Throws when any tensor so far was missing or misshapen.
  func check() throws(CodecError) {
    guard problems.isEmpty else { throw CodecError(.tensors(problems)) }
  }

  /// Names of tensors that nothing asked for, in ascending order.
  var unexpected: [String] { (tensors.keys.filter { used[$0] == nil } + outside).sorted() }
}
