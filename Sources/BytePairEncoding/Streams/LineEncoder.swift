import Tokens

/// Encodes lines of text: one line of output for each line of input, every item followed by one
/// space, as YouTokenToMe's command writes it.
public struct LineEncoder: Sendable {
  /// What stands in the output.
  public enum Output: String, Hashable, Sendable, CaseIterable {
    /// Ids in decimal.
    case id
    /// Tokens as strings; unknown characters stand for themselves.
    case subword
  }

  private let tokenizer: BPETokenizer
  private let options: EncodingOptions
  private let output: Output
  private let threads: Int

  /// The longest word, and the longest line that is reversed or encoded with dropout, in bytes;
  /// other lines may have any length. Encoding a word takes some thirty times its size in memory.
  public static let longestLine = LineReader.longestLine

  /// An encoder with `options`.
  ///
  /// - Parameters:
  ///   - tokenizer: The model.
  ///   - options: Line i uses stream i of seeded dropout.
  ///   - output: Ids or subwords.
  ///   - threads: Nil takes as many as there are processors. The output does not depend on it.
  /// - Throws: `BPEError` when the model cannot do what the options ask for.
  public init(
    _ tokenizer: BPETokenizer, options: EncodingOptions = EncodingOptions(), output: Output = .id,
    threads: Int? = nil
  ) throws(BPEError) {
    try options.validate(for: tokenizer.model)
    self.tokenizer = tokenizer
    self.options = options
    self.output = output
    if case .compatible = options.dropout {
      self.threads = 1
    } else {
      self.threads = Workers.count(threads)
    }
  }

  /// Number of threads used.
  public var threadCount: Int { threads }

  /// What a run met.
  public struct Summary: Hashable, Sendable {
    /// Bytes read.
    public internal(set) var byteCount = 0
    /// Whether bytes that are not UTF-8 were dropped.
    public internal(set) var sawInvalidBytes = false
  }

  /// Encodes all of `input` to `output`.
  ///
  /// - Parameters:
  ///   - input: Text; a last line without line feed is a line too.
  ///   - output: Takes the encoded lines.
  ///   - flushingEachLine: Whether each line is written as soon as it can be read; otherwise text
  ///     is read in large parts.
  ///   - progress: Called with the number of bytes written out so far, from the threads that encode,
  ///     by one at a time.
  /// - Throws: `BPEError.file` when reading or writing fails, `wordTooLong`.
  public func encode(
    _ input: InputStream, to output: OutputStream, flushingEachLine: Bool = false,
    progress: (@Sendable (Int) -> Void)? = nil
  ) throws(BPEError) -> Summary {
    let reader = LineReader(
      input, eachLine: flushingEachLine,
      wholeLines: options.reversed || options.dropout.probability > 0)
    switch self.output {
    case .id:
      let format = DecimalFormat(unknownID: tokenizer.model.specialTokens.unknown)
      return try run(LineRun(reader, output, progress), format, flushingEachLine ? 1 : threads)
    case .subword:
      let format = SubwordFormat(vocabulary: tokenizer.vocabulary)
      return try run(LineRun(reader, output, progress), format, flushingEachLine ? 1 : threads)
    }
  }

  /// Each thread reads a part, encodes it, waits for its turn to write, and reads the next.
  private func run<Format: PieceFormat & Sendable>(
    _ run: LineRun, _ format: Format, _ threads: Int
  ) throws(BPEError) -> Summary where Format.Element == UInt8 {
    let sawInvalidBytes = Workers.map(threads) { _ in
      var encoder = PartEncoder(tokenizer, options, format)
      var buffer = Block<UInt8>(count: LineReader.partSize)
      while let part = run.read(into: &buffer) {
        buffer.withSpan(0..<part.line.byteCount) { encoder.encode($0, part.line) }
        run.write(part, &encoder)
      }
      return encoder.sawInvalidBytes
    }
    return Summary(byteCount: try run.finish(), sawInvalidBytes: sawInvalidBytes.contains(true))
  }
}
