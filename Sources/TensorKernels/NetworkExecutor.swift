import Synchronization

/// Runs a network at any size, from any number of threads at once.
///
/// Weights are read and laid out for the kernels once, on the first run (or by `prepare`), so an
/// unused direction of a codec costs nothing. The result of a run does not depend on the number of
/// threads, nor on what else runs.
public final class NetworkExecutor: Sendable {
  /// The network that is run.
  public let network: Network
  /// The trade of accuracy for speed.
  public let policy: Policy
  /// What multiplies matrices; without effect under the `reference` policy.
  public let engine: Engine
  private let runner: Runner

  private enum Runner: Sendable {
    case reference(ReferenceEngine)
    case kernels(KernelEngine)
  }

  /// Prepares nothing yet: weights are read on the first run.
  ///
  /// - Parameters:
  ///   - network: What to compute.
  ///   - policy: The trade of accuracy for speed.
  ///   - engine: What multiplies matrices.
  ///   - instructionSet: Which kernels to use; when left out, those that the environment variable
  ///     `TESSERA_ISA` names, or else the best of this processor.
  public init(
    _ network: Network, policy: Policy = .balanced, engine: Engine = .kernels,
    instructionSet: InstructionSet? = nil
  ) {
    self.network = network
    self.policy = policy
    self.engine = engine
    runner =
      policy == .reference
      ? .reference(ReferenceEngine(network))
      : .kernels(
        KernelEngine(
          network, arithmetic: Arithmetic(policy: policy, engine: engine),
          instructionSet: instructionSet))
  }

  /// Reads the weights and lays them out for the kernels now rather than on the first run.
  ///
  /// - Parameter threads: How many threads may work on it.
  /// - Throws: `parameterUnreadable` or `parameterCount` when weights cannot be had,
  ///   `instructionSet` when the processor lacks the one asked for.
  public func prepare(threads: Int = 1) throws(NetworkError) {
    switch runner {
    case .reference(let engine): _ = try engine.weights()
    case .kernels(let engine): _ = try engine.prepare(threads: threads)
    }
  }

  /// Computes the network's outputs.
  ///
  /// - Parameters:
  ///   - inputs: One tensor per input of the network, all of one batch, height and width.
  ///   - threads: How many threads may work on this run, the caller's own included; at least 1.
  ///   - observer: Is shown the values of layers as they are computed, by label; used to compare
  ///     traces. Engines that fuse layers show only values that exist in memory.
  /// - Returns: One tensor per output.
  /// - Throws: `inputCount`, `channels` or `sizes` when the inputs do not fit, `tooSmall` or
  ///   `tooLarge` for the size, and what `prepare` throws on the first run.
  public func run(
    _ inputs: [Tensor], threads: Int = 1, observer: ((String, Tensor) -> Void)? = nil
  ) throws(NetworkError) -> [Tensor] {
    precondition(threads >= 1, "\(threads) threads cannot run anything")
    try check(inputs)
    switch runner {
    case .reference(let engine): return try engine.run(inputs, observer: observer)
    case .kernels(let engine):
      return try engine.run(inputs, threads: threads, observer: observer)
    }
  }

  /// Runs the network once and measures its layers.
  ///
  /// - Returns: One entry per step in the order of the run; empty under the `reference` policy.
  /// - Throws: As `run`.
  public func profile(_ inputs: [Tensor], threads: Int = 1) throws(NetworkError) -> [LayerProfile] {
    precondition(threads >= 1, "\(threads) threads cannot run anything")
    try check(inputs)
    guard case .kernels(let engine) = runner else { return [] }
    var layers: [LayerProfile] = []
    _ = try engine.run(inputs, threads: threads, profiler: { layers.append($0) })
    return layers
  }

  private func check(_ inputs: [Tensor]) throws(NetworkError) {
    let channels = network.inputChannels
    guard inputs.count == channels.count else {
      throw NetworkError(.inputCount(expected: channels.count, found: inputs.count), at: "run")
    }
    let first = inputs[0]
    for (index, input) in inputs.enumerated() {
      let label = network.nodes[network.inputs[index]].label
      guard input.channels == channels[index] else {
        throw NetworkError(.channels(expected: channels[index], found: input.channels), at: label)
      }
      guard (input.batch, input.height, input.width) == (first.batch, first.height, first.width)
      else {
        throw NetworkError(
          .sizes(
            expectedHeight: first.height, expectedWidth: first.width, foundHeight: input.height,
            foundWidth: input.width), at: label)
      }
    }
  }
}
