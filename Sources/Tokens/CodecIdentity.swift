/// Which codec made a token grid: everything that must agree before tokens may be decoded, merged
/// or mixed.
///
/// Two checkpoints with the same tensors have the same identity, whatever container they came in.
public struct CodecIdentity: Hashable, Sendable {
  /// The codec's name as the command spells it (`default`, `sber-f8`, `taming`, …).
  public let name: String
  /// SHA-256 over the canonical weights, 64 lower-case hexadecimal digits.
  public let weightsDigest: String
  /// Number of codewords; tokens lie in `0..<codebookSize`.
  public let codebookSize: Int
  /// SHA-256 over the codebook alone (fp32, row-major, little-endian), 64 hexadecimal digits.
  public let codebookDigest: String
  /// Pixels per token side (the downsampling factor): 8 for f8.
  public let patchSize: Int

  /// Makes an identity from its parts.
  public init(
    name: String, weightsDigest: String, codebookSize: Int, codebookDigest: String, patchSize: Int
  ) {
    self.name = name
    self.weightsDigest = weightsDigest
    self.codebookSize = codebookSize
    self.codebookDigest = codebookDigest
    self.patchSize = patchSize
  }
}
