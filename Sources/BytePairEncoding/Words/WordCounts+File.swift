public import Corpora

extension WordCounts {
  /// The counts as text: `WORD<tab>COUNT` lines sorted by the words' bytes, the separators as a
  /// line with an empty word; see `Formats/counts.md`. Inverse of `init(reading:)`.
  ///
  /// - Parameter write: Called with piece after piece of the text.
  public func writeText<Failure: Error>(
    _ write: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var text = GrowingBlock<UInt8>(capacity: 1 << 20)
    func append(_ count: UInt64) {
      text.append(0x09)
      for byte in String(count).utf8 { text.append(byte) }
      text.append(0x0A)
    }
    append(separatorCount)
    for index in sortedOrder() {
      text.append(contentsOf: word(index))
      append(count(index))
      if text.count > 1 << 19 {
        try text.withSpan(write)
        text.truncate()
      }
    }
    try text.withSpan(write)
  }

  /// Word numbers in the order of the words' bytes.
  private func sortedOrder() -> [Int] {
    // The first eight bytes decide nearly always.
    let keys = (0..<uniqueCount).map { index -> (UInt64, Int) in
      let word = word(index)
      var key: UInt64 = 0
      for offset in 0..<8 { key = key << 8 | (offset < word.count ? UInt64(word[offset]) : 0) }
      return (key, index)
    }
    return keys.sorted { a, b in
      a.0 != b.0 ? a.0 < b.0 : precedes(a.1, b.1)
    }.map(\.1)
  }

  private func precedes(_ first: Int, _ second: Int) -> Bool {
    let (a, b) = (word(first), word(second))
    for offset in 0..<min(a.count, b.count) where a[offset] != b[offset] {
      return a[offset] < b[offset]
    }
    return a.count < b.count
  }

  /// Reads and adds up files of word counts, in any order, compressed or not.
  ///
  /// A word may occur any number of times. Where no file says how many separators there were, one
  /// for each word is assumed.
  ///
  /// - Throws: `BPEError.invalidCounts` with file and line.
  public init(reading inputs: [Corpus.Input]) throws(BPEError) {
    var counter = WordCounter()
    var words: UInt64 = 0
    var separators: UInt64?
    for input in inputs {
      var reader = try CountsReader(input)
      while let (word, count) = try reader.next() {
        if word.isEmpty {
          separators = (separators ?? 0) &+ count
        } else {
          let (sum, overflow) = words.addingReportingOverflow(count)
          guard !overflow else { throw reader.error("the counts add up to more than 64 bits") }
          words = sum
          counter.add(word.span, count: count)
        }
      }
    }
    counter.add(separators: separators ?? words)
    self = counter.finish()
  }
}

/// Reads lines of word counts.
private struct CountsReader {
  private let path: String
  private let reader: CorpusReader
  private var block: CorpusReader.Block?
  private var offset = 0
  private var line = 0

  init(_ input: Corpus.Input) throws(BPEError) {
    path = input.description
    do throws(CorpusError) {
      reader = try CorpusReader(Corpus([input]))
      block = try reader.next()
    } catch {
      throw BPEError(.corpus(error))
    }
  }

  func error(_ defect: String) -> BPEError {
    BPEError(.invalidCounts(path: path, defect), line: line)
  }

  /// The next word and its count, or nil at the end. An empty word counts separators.
  mutating func next() throws(BPEError) -> (word: [UInt8], count: UInt64)? {
    line += 1
    var word: [UInt8] = []
    var sawTab = false
    var count: UInt64 = 0
    var digits = 0
    while let byte = try nextByte() {
      if byte == 0x0A {
        if !sawTab && word.isEmpty { throw error("the line is empty") }
        return try (word, finish(sawTab, digits, count))
      }
      if sawTab {
        guard (0x30...0x39).contains(byte) else { throw error("the count is not a number") }
        let (tens, overflow) = count.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(UInt64(byte - 0x30))
        guard !overflow && !carry else { throw error("the count does not fit 64 bits") }
        count = sum
        digits += 1
      } else if byte == 0x09 {
        sawTab = true
        try checkWord(word)
      } else {
        word.append(byte)
        guard word.count <= CorpusReader.longestWord else { throw error("the word is too long") }
      }
    }
    if word.isEmpty && !sawTab { return nil }
    return try (word, finish(sawTab, digits, count))
  }

  private func finish(_ sawTab: Bool, _ digits: Int, _ count: UInt64) throws(BPEError) -> UInt64 {
    guard sawTab else { throw error("there is no tab") }
    guard digits > 0 else { throw error("there is no count") }
    return count
  }

  private func checkWord(_ word: [UInt8]) throws(BPEError) {
    var scanner = WordScanner(word.span)
    let first = scanner.next()
    guard word.isEmpty || first == 0..<word.count else {
      throw error("the word contains white space or the word mark")
    }
  }

  private mutating func nextByte() throws(BPEError) -> UInt8? {
    while let block {
      if offset < block.text.count {
        offset += 1
        return block.text[offset - 1]
      }
      offset = 0
      do throws(CorpusError) {
        self.block = try reader.next()
      } catch {
        throw BPEError(.corpus(error))
      }
    }
    return nil
  }
}
