import Tokens

/// Encodes texts word by word in one thread, remembering the words it has met.
///
/// Goes over the text in batches that stay in the first-level cache, in several passes, so that the
/// processor always has independent work: find the words; hash them and ask for their cache lines;
/// look them up; encode those that are new side by side; write all results in order; remember the
/// new ones.
struct TextEncoder<Format: PieceFormat>: ~Copyable {
  private var words: WordEncoder
  private var short: ShortWordCache<Format.Element>
  private var long = LongWordCache<Format.Element>()
  private var batch = WordBatch()
  private let keys = Block<WordKey>(count: WordBatch.capacity)
  /// For each word its line in `short`, or -1.
  private let lines = Block<Int>(count: WordBatch.capacity)
  /// The words without a line, and where in `sink` their results lie.
  private let misses = Block<WordKey>(count: WordBatch.capacity)
  private let missRanges = Block<PieceRange>(count: WordBatch.capacity)
  /// Those of them that nobody remembers, their places in `misses`, and their results.
  private let fresh = Block<WordKey>(count: WordBatch.capacity)
  private let freshMisses = Block<Int>(count: WordBatch.capacity)
  private let freshRanges = Block<PieceRange>(count: WordBatch.capacity)
  /// Results of words that are not in `short`.
  private var sink: BlockSink<Format>
  /// Where results are appended.
  var output = GrowingBlock<Format.Element>(capacity: 1 << 12)
  /// What stands for a line feed.
  private let lineFeed: [Format.Element]

  /// - Parameters:
  ///   - lineFeed: What stands for a line feed; by default it only separates words.
  ///   - cacheLines: How many short words to remember.
  init(
    _ tables: EncodingTables, _ format: Format, lineFeed: [Format.Element] = [],
    cacheLines: Int = ShortWordCache<Format.Element>.usualLines
  ) {
    short = ShortWordCache(mostLines: cacheLines)
    words = WordEncoder(tables)
    sink = BlockSink(format)
    self.lineFeed = lineFeed
  }

  /// Whether bytes that are not UTF-8 were dropped so far.
  var sawInvalidBytes: Bool { words.sawInvalidBytes }

  /// Appends the pieces of all words of `text` to `output`; `flush` is called now and then and may
  /// take from `output` what is there.
  mutating func encode(
    _ text: Span<UInt8>, flush: (inout GrowingBlock<Format.Element>) -> Void = { _ in }
  ) {
    var scanner = WordScanner(text)
    batch.removeAll()
    while scanner.fill(&batch, lineFeeds: !lineFeed.isEmpty) {
      makeKeys(text)
      let missCount = lookUp()
      let freshCount = missCount > 0 ? resolve(missCount, text) : 0
      write()
      if freshCount > 0 { remember(freshCount, text) }
      flush(&output)
    }
  }

  @inline(__always)
  private func makeKeys(_ text: Span<UInt8>) {
    for index in 0..<batch.count {
      let range = batch[index]
      let (a, b, hash) = WordKey.parts(text, range)
      let key = WordKey(a: a, b: b, hash: hash, start: range.lowerBound, length: range.count)
      keys[index] = key
      short.prefetch(key)
      if key.length > WordKey.inlineLimit { long.prefetch(key) }
    }
  }

  /// Fills `lines` and `misses`; returns the number of the latter.
  @inline(__always)
  private func lookUp() -> Int {
    var missCount = 0
    for index in 0..<batch.count {
      let key = keys[index]
      let line = short.find(key)
      lines[index] = line
      // Without a branch, since misses come at random.
      misses[missCount] = key
      missCount &+= line < 0 ? 1 : 0
    }
    return missCount
  }

  /// Finds or makes the results of `misses`; returns how many were made.
  private mutating func resolve(_ missCount: Int, _ text: Span<UInt8>) -> Int {
    sink.output.truncate()
    var freshCount = 0
    var lineFeedMiss: Int?
    for miss in 0..<missCount {
      let key = misses[miss]
      let start = sink.output.count
      if isLineFeed(key) {
        lineFeedMiss = miss
        Self.append(lineFeed, to: &sink.output)
      } else if !short.isElsewhere(key) || !long.append(key, of: text, to: &sink.output) {
        fresh[freshCount] = key
        freshMisses[freshCount] = miss
        freshCount &+= 1
      }
      missRanges[miss] = PieceRange(start: start, count: sink.output.count &- start)
    }
    words.encode(fresh, freshCount, of: text, to: &sink, freshRanges)
    for index in 0..<freshCount { missRanges[freshMisses[index]] = freshRanges[index] }
    if let lineFeedMiss {
      fresh[freshCount] = misses[lineFeedMiss]
      freshRanges[freshCount] = missRanges[lineFeedMiss]
      freshCount &+= 1
    }
    return freshCount
  }

  private static func append(
    _ elements: [Format.Element], to output: inout GrowingBlock<Format.Element>
  ) { output.append(contentsOf: elements.span) }

  /// No other word contains one.
  private func isLineFeed(_ key: WordKey) -> Bool { key.length == 1 && key.a == 0x0A }

  /// Appends the results of all words to `output`.
  @inline(__always)
  private mutating func write() {
    var miss = 0
    for index in 0..<batch.count {
      if lines[index] >= 0 {
        short.append(lines[index], to: &output)
      } else {
        let range = missRanges[miss]
        miss &+= 1
        output.append(sink.output, range.start..<range.start &+ range.count)
      }
    }
  }

  private mutating func remember(_ freshCount: Int, _ text: Span<UInt8>) {
    for index in 0..<freshCount {
      let key = fresh[index]
      let range = freshRanges[index]
      let fits = range.count <= ShortWordCache<Format.Element>.capacity
      if key.length <= WordKey.inlineLimit {
        if fits {
          short.insert(key, as: sink.output.words(from: range.start), count: range.count)
          continue
        }
        short.insertElsewhere(key)
      }
      long.insert(key, of: text, as: sink.output, range.start..<range.start &+ range.count)
    }
  }
}
