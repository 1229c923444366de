import Dispatch
import Synchronization

/// One run over an input: hands out its parts to threads, and writes what they make of them in the
/// order of the input.
final class LineRun: Sendable {
  private struct Reading: ~Copyable {
    var reader: LineReader
    /// Signalled when the last part given out has been written.
    var lastWritten: DispatchSemaphore
    /// Nothing is read after it; what was read before is written.
    var failure: BPEError?
  }
  private struct Writing {
    /// Bytes of input whose encoding has been written.
    var byteCount = 0
    /// Nothing is read or written after it.
    var failure: BPEError?
  }
  private let reading: Mutex<Reading>
  private let writing = Mutex(Writing())
  private let output: OutputStream
  private let progress: (@Sendable (Int) -> Void)?

  init(
    _ reader: consuming LineReader, _ output: OutputStream, _ progress: (@Sendable (Int) -> Void)?
  ) {
    let first = DispatchSemaphore(value: 0)
    first.signal()
    reading = Mutex(Reading(reader: reader, lastWritten: first))
    self.output = output
    self.progress = progress
  }

  /// A part that somebody encodes.
  struct Part {
    let line: LinePart
    fileprivate let previousWritten: DispatchSemaphore
    fileprivate let written: DispatchSemaphore
  }

  /// Reads the next part to the beginning of `buffer`; nil when there is none, or something failed.
  /// Every part is to be given to `write`.
  func read(into buffer: inout Block<UInt8>) -> Part? {
    guard writing.withLock({ $0.failure == nil }) else { return nil }
    return reading.withLock { reading in
      guard reading.failure == nil else { return nil }
      do throws(BPEError) {
        guard let line = try reading.reader.next(into: &buffer) else { return nil }
        let written = DispatchSemaphore(value: 0)
        defer { reading.lastWritten = written }
        return Part(line: line, previousWritten: reading.lastWritten, written: written)
      } catch {
        reading.failure = error
        return nil
      }
    }
  }

  /// Waits until all parts before `part` are written, and writes it.
  func write<Format: PieceFormat>(_ part: Part, _ encoder: inout PartEncoder<Format>) {
    part.previousWritten.wait()
    defer { part.written.signal() }
    guard writing.withLock({ $0.failure == nil }) else { return }
    do throws(BPEError) {
      try encoder.write(to: output)
      let count = writing.withLock { writing in
        writing.byteCount += part.line.byteCount
        return writing.byteCount
      }
      progress?(count)
    } catch {
      writing.withLock { $0.failure = error }
    }
  }

  /// The number of bytes read, when all threads are done.
  ///
  /// - Throws: What went wrong.
  func finish() throws(BPEError) -> Int {
    if let failure = writing.withLock({ $0.failure }) { throw failure }
    let (count, failure) = reading.withLock { ($0.reader.byteCount, $0.failure) }
    if let failure { throw failure }
    return count
  }
}
