import SentencePieces
public import Tokens

extension ICETokenizer {
  /// Draws one segmentation of each line, for training that is to see more than the best one
  /// (subword regularisation; BPE dropout for a BPE model).
  ///
  /// - Parameters:
  ///   - lines: The lines, drawn for one after the other.
  ///   - nBest: Unigram: draw among this many best ones, or among all when negative.
  ///   - alpha: Unigram: the exponent of the probabilities, 0 is uniform. BPE: the probability of
  ///     dropping a merge, 0...1.
  ///   - seed: The same seed, lines and model give the same ids.
  ///   - options: nil does what the profile's original does.
  /// - Returns: Unified ids of each line.
  /// - Throws: ``UnifiedTokenizerError`` for an option out of range.
  ///
  /// Source: Kudo, "Subword Regularization", 2018.
  public func sample(
    _ lines: [String], nBest: Int = -1, alpha: Float, seed: UInt32, options: TextOptions? = nil
  ) throws(UnifiedTokenizerError) -> [[TokenID]] {
    let options = options ?? defaultTextOptions
    let drawn = try UnifiedTokenizerError.wrapping { () throws(SentencePieceError) in
      try text.sample(lines.map { prepare($0, options) }, nBest: nBest, alpha: alpha, seed: seed)
    }
    return drawn.map { unified($0, options) }
  }
}
