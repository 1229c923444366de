import Synchronization

/// Reads a corpus in blocks of whole words. Safe to share: several threads may take blocks at once.
public final class CorpusReader: Sendable {
  /// A stretch of text that begins and ends at word boundaries.
  public struct Block: Sendable {
    let bytes: [UInt8]
    let count: Int

    /// The text, as UTF-8 if the corpus is.
    public var text: Span<UInt8> {
      @_lifetime(borrow self) get {
        let span = bytes.span.extracting(0..<count)
        // SAFETY: the bytes live as long as this block, from which the span is borrowed.
        return unsafe _overrideLifetime(span, borrowing: self)
      }
    }
  }

  private let state: Mutex<State>

  /// Bytes asked for at a time.
  static let blockSize = 1 << 20
  /// The longest word of a text that is read, in bytes.
  public static let longestWord = 1 << 28
  /// The longest field or JSON string that is read, in bytes.
  public static let longestField = 1 << 26

  /// A reader at the beginning of `corpus`. Opens all inputs, so that a missing file is reported
  /// before any work is done.
  public init(_ corpus: Corpus) throws(CorpusError) {
    var sources: [any ByteSource] = []
    for input in corpus.inputs { sources.append(try ByteSources.open(input)) }
    state = Mutex(State(corpus, sources.reversed()))
  }

  /// The next block, or nil at the end of the last input.
  ///
  /// - Throws: `CorpusError`; from then on every call throws the same.
  public func next() throws(CorpusError) -> Block? {
    let result: Result<Block?, CorpusError> = state.withLock { state in
      if let failure = state.failure { return .failure(failure) }
      do throws(CorpusError) {
        return .success(try state.next())
      } catch {
        state.failure = error
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// What is read under the lock.
  private struct State: ~Copyable {
    let corpus: Corpus
    /// The inputs still to be read, the next one last.
    var sources: [any ByteSource]
    var extractor: Extractor?
    /// The beginning of a word whose end is not read yet.
    var carried: [UInt8] = []
    var failure: CorpusError?

    init(_ corpus: Corpus, _ sources: [any ByteSource]) {
      self.corpus = corpus
      self.sources = sources
    }

    mutating func next() throws(CorpusError) -> Block? {
      while let source = sources.last {
        if corpus.format == .text {
          if let block = try nextText(source) { return block }
        } else if let block = try nextExtracted(source) {
          return block
        }
        sources.removeLast()
        extractor = nil
      }
      return nil
    }

    /// A block of plain text, cut after its last white space.
    private mutating func nextText(_ source: any ByteSource) throws(CorpusError) -> Block? {
      var bytes = [UInt8](repeating: 0, count: carried.count + CorpusReader.blockSize)
      bytes.replaceSubrange(0..<carried.count, with: carried)
      var filled = carried.count
      carried = []
      var searched = 0
      while true {
        let got = try source.read(into: &bytes, from: filled)
        filled += got
        if got == 0 { return filled == 0 ? nil : Block(bytes: bytes, count: filled) }
        if filled < bytes.count { continue }
        if let cut = lastSeparator(bytes, in: searched..<filled) {
          carried = Array(bytes[(cut + 1)..<filled])
          return Block(bytes: bytes, count: cut + 1)
        }
        guard filled < CorpusReader.longestWord else {
          throw CorpusError(
            .tooLong(
              what: "a word (text without white space)", limit: CorpusReader.longestWord),
            path: source.path)
        }
        searched = filled
        bytes.append(contentsOf: repeatElement(0, count: bytes.count))
      }
    }

    private func lastSeparator(_ bytes: [UInt8], in range: Range<Int>) -> Int? {
      var index = range.upperBound
      while index > range.lowerBound {
        index -= 1
        if bytes[index] == 0x20 || bytes[index] &- 9 <= 4 { return index }
      }
      return nil
    }

    /// Captions, one a line.
    private mutating func nextExtracted(_ source: any ByteSource) throws(CorpusError) -> Block? {
      if extractor == nil { extractor = try Extractor(source, corpus) }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(CorpusReader.blockSize + 4096)
      while bytes.count < CorpusReader.blockSize, try extractor!.next(appendingTo: &bytes) {
        bytes.append(0x0A)
      }
      return bytes.isEmpty ? nil : Block(bytes: bytes, count: bytes.count)
    }
  }

  private enum Extractor {
    case rows(RowReader)
    case json(JSONCaptionReader)

    init(_ source: any ByteSource, _ corpus: Corpus) throws(CorpusError) {
      let column = corpus.effectiveColumn
      switch corpus.format {
      case .text, .tsv, .csv:
        self = .rows(try RowReader(source, format: corpus.format, column: column))
      case .jsonl, .coco:
        let key: String
        switch column {
        case .name(let name): key = name
        case .index(let number): key = "\(number + 1)"
        }
        self = .json(try JSONCaptionReader(source, key: key, isCOCO: corpus.format == .coco))
      }
    }

    mutating func next(appendingTo output: inout [UInt8]) throws(CorpusError) -> Bool {
      switch self {
      case .rows(var reader):
        // Emptied first, so that the reader's buffer is not copied.
        self = .empty
        defer { self = .rows(reader) }
        return try reader.next(appendingTo: &output)
      case .json(var reader):
        self = .empty
        defer { self = .json(reader) }
        return try reader.next(appendingTo: &output)
      case .empty: return false
      }
    }

    case empty
  }
}
