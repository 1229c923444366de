public import Checkpoints

/// What codec a user's files hold, and what they lack: told without reading any weights.
public struct CodecReport: Sendable {
  /// One line of the description.
  public struct Fact: Hashable, Sendable {
    /// What is described: `levels`, `quantizer`, ….
    public let label: String
    /// Its value in words or numbers.
    public let value: String
  }

  /// The codec's name.
  public let name: String
  /// The conventions that go with the name.
  public let profile: CodecProfile
  /// The containers the tensors came in.
  public let containers: [Checkpoint.Container]
  /// The architecture, line by line; empty when too little of it is there.
  public let architecture: [Fact]
  /// Tokens lie below this; nil for a codec without tokens.
  public let codebookSize: Int?
  /// Pixels per token or latent side; nil when the architecture could not be told.
  public let patchSize: Int?
  /// Numbers in the tensors that the codec uses.
  public let parameterCount: Int
  /// Tensors that are missing or have another shape.
  public let problems: [TensorProblem]
  /// Names of tensors that the codec does not use, ascending.
  public let unexpected: [String]

  let used: [String: CheckpointTensor]

  /// Lays a codec out over its tensors.
  ///
  /// - Parameters:
  ///   - checkpoints: The codec's files in any order; one of two is enough for a report.
  ///   - name: The codec's name; nil to tell it from the tensors.
  /// - Throws: ``CodecError``: `unrecognised`, `anotherCodec`.
  public init(of checkpoints: [Checkpoint], name: String? = nil) throws(CodecError) {
    let plan = try CodecPlan(checkpoints, name: name)
    self.name = plan.name
    profile = CodecProfile(plan.name)
    containers = checkpoints.map(\.container)
    var evidence: [TensorProblem] = []
    do throws(CodecError) {
      let description = try plan.describe()
      architecture = description.facts.map { Fact(label: $0.0, value: $0.1) }
      codebookSize = description.codebookSize
      patchSize = description.patchSize
    } catch {
      // Tensors that the architecture is read off are missing, so no shape can be expected.
      guard case .tensors(let missing) = error.reason else { throw error }
      evidence = missing
      architecture = []
      codebookSize = nil
      patchSize = nil
    }
    problems = evidence + plan.weights.problems
    unexpected = evidence.isEmpty ? plan.weights.unexpected : []
    used = plan.weights.used
    parameterCount = used.values.reduce(0) { $0 + $1.elementCount }
  }

  /// A report on the codec that is part of this library.
  public static func embedded() throws(CodecError) -> CodecReport {
    try CodecReport(of: [CodecCatalog.embeddedCheckpoint()], name: "default")
  }

  /// SHA-256 over the canonical weights, as in a codec's identity. Reads every tensor once.
  ///
  /// - Throws: `tensors` when some are missing, `notFinite`, `checkpoint`.
  public func weightsDigest() throws(CodecError) -> String {
    guard problems.isEmpty else { throw CodecError(.tensors(problems), codec: name) }
    return try passingErrors(of: name) { try WeightDigest.weights(used) }
  }
}
