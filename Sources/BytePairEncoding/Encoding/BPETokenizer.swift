public struct BPETokenizer: Sendable {
  public let model: BPEModel
  public static func train(on words: WordCounts, options: TrainingOptions, progress: ((TrainingEvent) -> Void)? = nil) throws(BPEError) -> BPETokenizer {
    BPETokenizer(model: try Trainer(options: options, progress: progress).train(words))
  }
}
