/// A rule that a learner found, in symbols.
struct LearnedRule: BitwiseCopyable {
  let left: UInt32
  let right: UInt32
  /// How often the pair occurred when it was merged.
  let frequency: UInt64
}
