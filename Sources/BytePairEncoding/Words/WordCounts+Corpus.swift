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
    let parts = Workers.map(threadCount) { _ -> Result<WordCounts, CorpusError> in
      var counter = WordCounter()
      do throws(CorpusError) {
        while let block = try reader.next() {
          counter.count(block.text)
          let total = bytesRead.add(block.text.count, ordering: .relaxed).newValue
          progress?(CountingProgress(byteCount: total, uniqueWords: counter.uniqueCount))
        }
        return .success(counter.finish())
      } catch {
        return .failure(error)
      }
    }
    var counts: [WordCounts] = []
    for part in parts {
      switch part {
      case .success(let part): counts.append(part)
      case .failure(let error): throw BPEError(.corpus(error))
      }
    }
    self.init(merging: counts)
  }
}
