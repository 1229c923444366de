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

  /// Read at a time, per thread; with what is written for it about a second-level cache full.
  private static let partSize = 1 << 19
  /// A line longer than this is encoded in stretches, unless it must be seen whole.
  private static let longestWholeLine = 1 << 26
  /// The longest word, and the longest line that is reversed or encoded with dropout, in bytes;
  /// other lines may have any length. Encoding a word takes some thirty times its size in memory.
  public static let longestLine = 1 << 27

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
  ///   - progress: Called with the number of bytes encoded so far.
  /// - Throws: `BPEError.file` when reading or writing fails, `wordTooLong`.
  public func encode(
    _ input: InputStream, to output: OutputStream, flushingEachLine: Bool = false,
    progress: ((Int) -> Void)? = nil
  ) throws(BPEError) -> Summary {
    let threads = flushingEachLine ? 1 : threads
    let encoders = (0..<threads).map { _ in EncoderBox(tokenizer, options, self.output) }
    var buffer = Block<UInt8>(count: threads * Self.partSize)
    var filled = 0
    var summary = Summary()
    var atLineStart = true
    var lineNumber = 0
    while true {
      let got = try input.read(into: buffer, from: filled)
      filled += got
      summary.byteCount += got
      let atEnd = got == 0
      if !atEnd && !flushingEachLine && filled < buffer.count { continue }
      let cut = atEnd ? filled : cut(buffer, filled)
      if cut == 0 && !atEnd {
        if filled == buffer.count { try grow(&buffer) }
        continue
      }
      if cut > 0 {
        let ends = partEnds(buffer, cut, encoders.count)
        try encode(
          buffer, ends, encoders, to: output, atLineStart: &atLineStart, lineNumber: &lineNumber)
      }
      if atEnd {
        if !atLineStart { try encoders[0].encoder.finishLine(to: output) }
        summary.sawInvalidBytes = encoders.contains { $0.encoder.sawInvalidBytes }
        progress?(summary.byteCount)
        return summary
      }
      buffer.moveDown(cut..<filled)
      filled -= cut
      progress?(summary.byteCount - filled)
    }
  }

  /// Whether a line has to be in memory as a whole.
  private var needsWholeLines: Bool { options.reversed || options.dropout.probability > 0 }

  private func grow(_ buffer: inout Block<UInt8>) throws(BPEError) {
    guard buffer.count < Self.longestLine else {
      throw BPEError(.wordTooLong(byteCount: Self.longestLine, limit: Self.longestLine))
    }
    buffer.grow(to: buffer.count * 2)
  }

  /// Where what was read can be cut: after the last line feed, or inside a very long line after
  /// its last white space; 0 if nowhere.
  private func cut(_ buffer: borrowing Block<UInt8>, _ filled: Int) -> Int {
    var index = filled
    while index > 0 {
      if buffer[index - 1] == 0x0A { return index }
      index -= 1
    }
    guard filled >= Self.longestWholeLine, !needsWholeLines else { return 0 }
    index = filled
    while index > 0, !UTF8Text.isASCIISeparator(buffer[index - 1]) { index -= 1 }
    return index
  }

  /// Cuts the first `end` bytes into at most `count` parts of whole lines.
  private func partEnds(_ buffer: borrowing Block<UInt8>, _ end: Int, _ count: Int) -> [Int] {
    var ends: [Int] = []
    for part in 1..<max(count, 1) {
      var cut = max(end * part / count, ends.last ?? 0)
      while cut < end, cut == 0 || buffer[cut - 1] != 0x0A { cut += 1 }
      ends.append(cut)
    }
    return ends + [end]
  }

  private func encode(
    _ buffer: borrowing Block<UInt8>, _ ends: [Int], _ encoders: [EncoderBox],
    to output: OutputStream, atLineStart: inout Bool, lineNumber: inout Int
  ) throws(BPEError) {
    // Only the very first part can begin inside a line: all others begin after a line feed.
    for (index, encoder) in encoders.enumerated() {
      let range = (index == 0 ? 0 : ends[index - 1])..<ends[index]
      encoder.encoder.begin(range, atLineStart: index > 0 || atLineStart, lineNumber: lineNumber)
      if options.dropout.probability > 0 {
        buffer.withSpan(range) { text in
          for offset in 0..<text.count where text[offset] == 0x0A { lineNumber += 1 }
        }
      }
    }
    buffer.withSpan(0..<buffer.count) { text in
      let shared = SharedText(text)
      _ = Workers.map(encoders.count) { index in
        shared.withSpan { encoders[index].encoder.encode($0) }
      }
    }
    for encoder in encoders { try encoder.encoder.write(to: output) }
    if let last = encoders.last(where: { !$0.encoder.range.isEmpty }) {
      atLineStart = last.encoder.endsLine
    }
  }
}

/// An encoder that a thread can be given. Used by one thread at a time: `LineEncoder` gives each
/// part to one box and waits.
private final class EncoderBox: @unchecked Sendable {
  var encoder: PartEncoder

  init(_ tokenizer: BPETokenizer, _ options: EncodingOptions, _ output: LineEncoder.Output) {
    encoder = PartEncoder(tokenizer, options, output)
  }
}

/// A span handed to other threads for the length of a call.
@safe private struct SharedText: @unchecked Sendable {
  // Invariant: only used inside the call in which the span it was made of is valid, whose bytes
  // nobody changes meanwhile.
  private let buffer: UnsafeBufferPointer<UInt8>

  init(_ span: Span<UInt8>) {
    // SAFETY: the pointer stays good as long as the span; see the invariant.
    unsafe buffer = span.withUnsafeBufferPointer { unsafe $0 }
  }

  func withSpan(_ body: (Span<UInt8>) -> Void) {
    // SAFETY: as above.
    let span = unsafe Span(_unsafeElements: buffer)
    body(span)
  }
}
