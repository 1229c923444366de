public import Datasets
import ImageCodecs
import RasterImages
import TokenFiles

/// What a run would do, measured on a few of its inputs.
public struct EncodePlan: Hashable, Sendable {
  /// Inputs of the run.
  public let inputs: Int
  /// Inputs that were tried.
  public let tried: Int
  /// Rejects among those.
  public let rejects: RejectTally
  /// Inputs per second, measured; 0 when nothing was tried.
  public let perSecond: Double
  /// Expected size of the token file in bytes: packed tokens, and half of keys and captions, which
  /// are compressed.
  public let expectedBytes: Int

  /// Expected wall-clock time of the run.
  public var seconds: Double { perSecond > 0 ? Double(inputs) / perSecond : 0 }
}

extension EncodePipeline {
  /// Tries inputs spread evenly over a shard, without writing anything.
  ///
  /// - Parameters:
  ///   - inputs: The inputs.
  ///   - sampleCount: How many to try; those that pass through first are not timed.
  public func plan(_ inputs: ShardInputs, sampleCount: Int = 24) -> EncodePlan {
    let total = inputs.count
    let picks = Set((0..<min(sampleCount, total)).map { $0 * total / min(sampleCount, total) })
    let source = StreamSource(
      PickingStream(stream: inputs.makeStream(), picks: picks), isCancelled: { false })
    let budget = PixelBudget(threads: threads)
    let stage = OrderedMap(
      threads: threads, window: threads * 4 + 4, next: source.next,
      transform: { encode($0, within: budget) })
    defer { stage.stop() }
    var tally = RejectTally()
    var textBytes = 0
    var tried = 0
    let clock = ContinuousClock()
    var start = clock.now
    var timed = 0
    while let outcome = stage.next() {
      tried += 1
      timed += 1
      switch outcome {
      case .failure(let reject): tally.add(reject)
      case .success(let sample):
        textBytes += sample.row.captions.reduce(sample.row.key.utf8.count) { $0 + $1.utf8.count }
      }
      // The first ones wait for the weights to be laid out.
      if tried == threads && picks.count > 2 * threads { (start, timed) = (clock.now, 0) }
    }
    let elapsed = max((clock.now - start) / .seconds(1), 1e-6)
    let size = preparation.size
    let tokens = (size.height / codec.patchSize) * (size.width / codec.patchSize)
    let bits =
      codec.codebookSize <= 1 ? 1 : Int.bitWidth - (codec.codebookSize - 1).leadingZeroBitCount
    let rowBytes = Double((tokens * bits + 7) / 8) + Double(textBytes) / 2 / Double(max(tried, 1))
    let share = Double(tried - tally.total) / Double(max(tried, 1))
    return EncodePlan(
      inputs: total, tried: tried, rejects: tally,
      perSecond: timed > 0 ? Double(timed) / elapsed : 0,
      expectedBytes: Int(rowBytes * Double(total) * share))
  }
}

/// Lets only some positions of a stream through.
private struct PickingStream: SampleStream {
  var stream: any SampleStream
  let picks: Set<Int>
  var position = -1

  mutating func next() throws(DatasetError) -> SampleStreamElement? {
    while let element = try stream.next() {
      position += 1
      if picks.contains(position) { return element }
    }
    return nil
  }
}
