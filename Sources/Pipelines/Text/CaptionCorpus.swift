public import Corpora
public import Datasets
import Synchronization

/// Captions to be looked through: text files and tables, or those of a data set.
public enum CaptionCorpus: Sendable {
  /// Text, a caption per line, or a column of tables.
  case corpus(Corpus)
  /// The captions beside the pictures of shards.
  case shards([Shard])
}

extension CaptionLengths {
  /// Encodes all captions and counts their ids.
  ///
  /// Captions are those that ``EncodePipeline`` would see: lines without blanks around them. Memory
  /// is bounded by some megabytes per thread. Samples that cannot be read are counted as such.
  ///
  /// - Parameters:
  ///   - captions: Where they are.
  ///   - model: What makes ids of them.
  ///   - threads: At least 1; the result does not depend on it.
  ///   - isCancelled: Asked now and then; once it says yes, the tally ends there.
  /// - Throws: ``PipelineError`` when they cannot be read.
  public init(
    of captions: CaptionCorpus, model: TextModel, threads: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(PipelineError) {
    self.init()
    let batches = CaptionBatches(captions)
    let stage = OrderedMap(
      threads: threads, window: threads * 2 + 2,
      next: { isCancelled() ? nil : batches.next() },
      transform: { batch in
        var lengths = CaptionLengths()
        for length in model.lengths(of: batch.captions) { lengths.add(length) }
        return lengths
      })
    defer { stage.stop() }
    while let part = stage.next() { add(part) }
    if let failure = batches.failure { throw failure }
    unreadableSampleCount = batches.unreadableSampleCount
  }
}

/// Hands captions out in batches, to one thread at a time.
private final class CaptionBatches: Sendable {
  enum Batch: Sendable {
    case lines([UInt8])
    case texts([String])

    var captions: [String] {
      switch self {
      case .lines(let bytes): CaptionText(bytes: bytes).captions
      case .texts(let texts): texts
      }
    }
  }

  private struct State: ~Copyable {
    /// What is still to be opened, the next one last.
    var corpora: [Corpus] = []
    var shards: [Shard] = []
    var reader: CorpusReader?
    /// The beginning of a line whose end is not read yet.
    var carried: [UInt8] = []
    var stream: (any SampleStream)?
    var unreadableSampleCount = 0
    var failure: PipelineError?
  }

  private static let samplesPerBatch = 256
  private let state: Mutex<State>

  init(_ captions: CaptionCorpus) {
    var state = State()
    switch captions {
    case .corpus(let corpus):
      // One by one, so that the last line of a file and the first of the next stay apart.
      state.corpora = corpus.inputs.reversed().map {
        Corpus([$0], format: corpus.format, column: corpus.column)
      }
    case .shards(let shards): state.shards = shards.reversed()
    }
    self.state = Mutex(state)
  }

  var failure: PipelineError? { state.withLock { $0.failure } }
  var unreadableSampleCount: Int { state.withLock { $0.unreadableSampleCount } }

  func next() -> Batch? {
    state.withLock { state in
      guard state.failure == nil else { return nil }
      do throws(PipelineError) {
        if let lines = try Self.nextLines(&state) { return lines }
        return try Self.nextTexts(&state)
      } catch {
        state.failure = error
        return nil
      }
    }
  }

  private static func nextLines(_ state: inout State) throws(PipelineError) -> Batch? {
    do {
      while true {
        if state.reader == nil {
          guard let corpus = state.corpora.popLast() else { return nil }
          state.reader = try CorpusReader(corpus)
        }
        guard let block = try state.reader?.next() else {
          state.reader = nil
          guard !state.carried.isEmpty else { continue }
          defer { state.carried = [] }
          return .lines(state.carried)
        }
        let text = block.text
        var bytes = state.carried
        bytes.reserveCapacity(bytes.count + text.count)
        for index in text.indices { bytes.append(text[index]) }
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
          state.carried = bytes
          continue
        }
        state.carried = Array(bytes[(end + 1)...])
        bytes.removeLast(bytes.count - end)
        return .lines(bytes)
      }
    } catch {
      throw PipelineError(.corpus(error), path: error.path)
    }
  }

  private static func nextTexts(_ state: inout State) throws(PipelineError) -> Batch? {
    var texts: [String] = []
    var samples = 0
    do {
      while samples < samplesPerBatch {
        if state.stream == nil {
          guard let shard = state.shards.popLast() else { break }
          state.stream = try shard.open().makeStream()
        }
        guard let element = try state.stream?.next() else {
          state.stream = nil
          continue
        }
        samples += 1
        if case .sample(let sample) = element, let found = try? sample.loadCaptions() {
          texts += found.captions
        } else {
          state.unreadableSampleCount += 1
        }
      }
    } catch {
      throw PipelineError(.inputs(error), path: error.path)
    }
    return samples == 0 ? nil : .texts(texts)
  }
}
