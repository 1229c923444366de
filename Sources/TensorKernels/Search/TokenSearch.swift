import Synchronization

/// Finds the best token of every latent vector: the nearest codeword, or the largest logit.
///
/// Of equally good tokens the lowest wins. No matrix of all scores is ever in memory.
public final class TokenSearch: Sendable {
  /// What makes a token the best.
  public enum Criterion: Sendable {
    /// The smallest squared Euclidean distance `|z - e|²` to row `e` of the matrix.
    ///
    /// Source: van den Oord et al. 2017, equation 2.
    case nearestCodeword
    /// The largest logit `⟨w, z⟩ + b` over rows `w` of the matrix (Gumbel codecs, dVAE).
    case largestLogit(bias: Parameter?)
  }

  /// The tokens of a grid of latents, and how clear each choice was.
  public struct Result: Equatable, Sendable {
    /// The best token of every pixel, in the latents' order.
    public let tokens: [Int32]
    /// By how much the best score beats the second best, in units of the squared distance or the
    /// logit; empty unless asked for.
    public let gaps: [Float]
  }

  /// How many tokens there are to choose from.
  public let size: Int
  /// Numbers per latent vector.
  public let dimension: Int
  /// What makes a token the best.
  public let criterion: Criterion
  /// The trade of accuracy for speed; only `reference` makes a difference here.
  public let policy: Policy
  private let matrix: Parameter
  private let instructionSet: InstructionSet?
  private let prepared = Mutex<Engine?>(nil)

  private enum Engine: Sendable {
    case reference(ReferenceSearch)
    case kernels(KernelSearch)
  }

  /// Describes a search whose weights are read on the first use.
  ///
  /// - Parameters:
  ///   - matrix: `[size, dimension]`, or the same with a 1x1 kernel behind.
  ///   - criterion: What makes a token the best.
  ///   - policy: `reference` computes in double precision.
  ///   - instructionSet: As for `NetworkExecutor`.
  /// - Throws: `parameterShape` when matrix or bias have another shape.
  public init(
    matrix: Parameter, criterion: Criterion, policy: Policy = .balanced,
    instructionSet: InstructionSet? = nil
  ) throws(NetworkError) {
    guard matrix.shape.count >= 2, matrix.shape.allSatisfy({ $0 > 0 }),
      matrix.shape.dropFirst(2).allSatisfy({ $0 == 1 })
    else {
      throw NetworkError(
        .parameterShape(parameter: matrix.name, expected: [0, 0], found: matrix.shape),
        at: "token search")
    }
    if case .largestLogit(let bias?) = criterion, bias.shape != [matrix.shape[0]] {
      throw NetworkError(
        .parameterShape(
          parameter: bias.name, expected: [matrix.shape[0]], found: bias.shape),
        at: "token search")
    }
    size = matrix.shape[0]
    dimension = matrix.shape[1]
    self.matrix = matrix
    self.criterion = criterion
    self.policy = policy
    self.instructionSet = instructionSet
  }

  /// Finds the best token of every pixel.
  ///
  /// - Parameters:
  ///   - latents: `dimension` channels.
  ///   - threads: How many threads may work on it, the caller's own included; at least 1.
  ///   - gaps: Whether to measure how clear each choice was.
  /// - Throws: `channels` when the latents have another dimension; what reading the weights throws.
  public func tokens(
    of latents: Tensor, threads: Int = 1, gaps: Bool = false
  ) throws(NetworkError) -> Result {
    precondition(threads >= 1, "\(threads) threads cannot run anything")
    guard latents.channels == dimension else {
      throw NetworkError(
        .channels(expected: dimension, found: latents.channels), at: matrix.name)
    }
    switch try prepare() {
    case .reference(let search): return search.tokens(of: latents, gaps: gaps)
    case .kernels(let search): return search.tokens(of: latents, threads: threads, gaps: gaps)
    }
  }

  private func prepare() throws(NetworkError) -> Engine {
    try prepared.withLock { cached throws(NetworkError) -> Engine in
      if let cached { return cached }
      let engine: Engine
      if policy == .reference {
        engine = .reference(try ReferenceSearch(matrix: matrix, criterion: criterion))
      } else {
        engine = .kernels(
          try KernelSearch(matrix: matrix, criterion: criterion, instructionSet: instructionSet))
      }
      cached = engine
      return engine
    }
  }
}
