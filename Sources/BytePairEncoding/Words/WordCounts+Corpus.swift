public import Corpora
import Synchronization

/// What counting tells while it works.
public struct CountingProgress: Sendable {
  /// Bytes of text read so far (after decompression, captions only).
  public let byteCount: Int
  /// Distinct words of the thread that tells; all threads together have at most as many times that.
  public let uniqueWords: Int
}

extension WordCounts {
  /// Counts the words of a corpus.
  ///
  /// Reads block by block; memory grows with the number of distinct words.
  ///
  /// - Parameters:
  ///   - corpus: What to read.
  ///   - threads: Nil takes as many as there are processors, at most
  ///     `TrainingOptions.mostThreads`. The result does not depend on it.
  ///   - progress: Called now and then, from any thread.
  /// - Throws: `BPEError` with the reader's error.
  public init(
    counting corpus: Corpus, threads: Int? = nil,
    progress: (@Sendable (CountingProgress) -> Void)? = nil
  ) throws(BPEError) {
    let reader: CorpusReader
    do throws(CorpusError) {
      reader = try CorpusReader(corpus)
    } catch {
      throw BPEError(.corpus(error))
    }
    let bytesRead = Atomic<Int>(0)
    let threadCount = min(Workers.count(threads), TrainingOptions.mostThreads)
    let counted = Workers.map(threadCount) { _ -> Result<SharedCounter, CorpusError> in
      var counter = WordCounter()
      do throws(CorpusError) {
        while let block = try reader.next() {
          counter.count(block.text)
          let total = bytesRead.add(block.text.count, ordering: .relaxed).newValue
          progress?(CountingProgress(byteCount: total, uniqueWords: counter.uniqueCount))
        }
        return .success(SharedCounter(counter))
      } catch {
        return .failure(error)
      }
    }
    var parts: [SharedCounter] = []
    for part in counted {
      switch part {
      case .success(let part): parts.append(part)
      case .failure(let error): throw BPEError(.corpus(error))
      }
    }
    // Two at a time, all pairs at once.
    while parts.count > 1 {
      let half = (parts.count + 1) / 2
      let (targets, sources) = (parts[..<half], Array(parts[half...]))
      _ = Workers.map(sources.count) { index in targets[index].add(sources[index]) }
      parts = Array(targets)
    }
    self = parts[0].take().finish()
  }
}

/// A counter that goes from one thread to another.
private final class SharedCounter: Sendable {
  private let counter: Mutex<WordCounter>

  init(_ counter: consuming sending WordCounter) { self.counter = Mutex(counter) }

  /// Adds the other's counts, which are gone afterwards.
  func add(_ other: SharedCounter) {
    let source = other.take()
    counter.withLock { $0.add(source) }
  }

  func take() -> WordCounter {
    counter.withLock { counter in
      var taken = WordCounter()
      swap(&taken, &counter)
      return taken
    }
  }
}
