public import Datasets
public import ImageCodecs
public import Reports
import TensorKernels
import Tokens

/// Pictures through a codec and back in memory, measured: what a report is made of.
public struct ReconstructPipeline: Sendable {
  /// The codec; one thread per call, as in ``EncodePipeline``.
  public let codec: any ImageCodec
  /// How pictures are made ready for the codec.
  public var preparation: PicturePreparation
  /// Pictures worked on at the same time, at least 1.
  public var threads = 1
  /// The largest files that are read.
  public var limits = ReadLimits()
  /// Inputs taken, from the first; nil for all.
  public var inputLimit: Int?
  /// What the report's page shows.
  public var options = ReportOptions()

  /// Makes a pipeline.
  public init(codec: any ImageCodec, preparation: PicturePreparation) {
    self.codec = codec
    self.preparation = preparation
  }

  /// Reconstructs the inputs of a shard.
  ///
  /// - Parameters:
  ///   - inputs: What is reconstructed.
  ///   - isCancelled: Asked before every input; once it says yes, the section ends there.
  ///   - progress: Called a few times per second from the calling thread.
  /// - Returns: The section of a report, and whether inputs were left when it was cancelled.
  public func run(
    _ inputs: ShardInputs, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (RunProgress) -> Void = { _ in }
  ) -> (section: CodecSection, wasCancelled: Bool) {
    var section = CodecSection(
      codec: codec.identity, recipe: "\(preparation.recipe) at \(preparation.size)",
      policy: codec.options.policy.rawValue, options: options)
    let source = StreamSource(
      inputs.makeStream(), limit: inputLimit ?? .max, isCancelled: isCancelled)
    let budget = PixelBudget(threads: threads)
    let stage = OrderedMap(
      threads: threads, window: threads * 2 + 2, next: source.next,
      transform: { reconstruct($0, within: budget) })
    defer { stage.stop() }

    var tally = RejectTally()
    var done = 0
    let total = min(inputs.count, inputLimit ?? .max)
    var meter = ProgressMeter(total: total, resumed: 0)
    while let outcome = stage.next() {
      do throws(SampleReject) {
        try Self.append(outcome.get(), to: &section)
      } catch {
        tally.add(error)
        section.append(
          ReportReject(
            key: error.key, stage: error.stage.rawValue, code: error.code, message: error.message))
      }
      done += 1
      if let report = meter.report(done: done, rejects: tally) { progress(report) }
    }
    if let report = meter.report(done: done, rejects: tally, always: true) { progress(report) }
    if let failure = source.failure {
      section.append(
        ReportReject(key: failure.path, stage: "read", code: "input-failed", message: "\(failure)"))
    }
    return (section, source.wasCancelled)
  }

  private static func append(
    _ picture: ReconstructedPicture, to section: inout CodecSection
  ) throws(SampleReject) {
    do {
      try section.append(picture)
    } catch {
      throw SampleReject(key: picture.key, stage: .write, code: "no-report", message: "\(error)")
    }
  }

  /// Everything between a sample and its scores. Called from several threads.
  private func reconstruct(
    _ element: SampleStreamElement, within budget: PixelBudget
  ) -> Result<ReconstructedPicture, SampleReject> {
    do throws(SampleReject) {
      let sample: LoadedSample
      switch element {
      case .reject(let reject): throw reject
      case .sample(let found): sample = try found.load(limits: limits)
      }
      let (original, _) = try preparation.prepare(sample, within: budget)
      let tokens = try codec.encode(original, key: sample.key)
      do {
        return .success(
          try ReconstructedPicture(
            key: sample.key, caption: sample.captions.first, original: original,
            reconstruction: codec.decode(tokens), tokens: tokens))
      } catch {
        throw SampleReject(
          key: sample.key, stage: .encode, code: "not-reconstructed", message: "\(error)")
      }
    } catch {
      return .failure(error)
    }
  }
}
