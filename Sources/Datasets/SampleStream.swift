/// One step of a stream: a sample to work on, or an input that could not even become one.
public enum SampleStreamElement: Sendable {
  /// A sample; reading it may still fail.
  case sample(Sample)
  /// An input that is already known to be lost.
  case reject(SampleReject)

  /// The key of either.
  public var key: String {
    switch self {
    case .sample(let sample): sample.key
    case .reject(let reject): reject.key
    }
  }
}

/// Samples one after another, always in the same order for the same input.
///
/// A stream is used by one thread at a time. Sources that must be read sequentially (archives) keep
/// their position in it; sources that are lists keep an index.
public protocol SampleStream: Sendable {
  /// The next element, or nil at the end. After nil it stays nil.
  ///
  /// - Throws: When the source itself cannot be read any further (a disk or network that fails);
  ///   another try may succeed.
  mutating func next() throws(DatasetError) -> SampleStreamElement?
}
