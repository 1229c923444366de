public import Datasets
public import ImageCodecs
public import TokenFiles
import Tokens
import RasterImages
import TensorKernels

/// Pictures to one token file: read, decode, prepare and encode on several threads, write in order.
///
/// The bytes of the file depend on the inputs and the options, not on the number of threads. An
/// input that fails anywhere becomes a reject row with stage, code and message; rows and rejects
/// together are the inputs.
public struct EncodePipeline: Sendable {
  /// The codec. It should compute with one thread per call: the pipeline works on several pictures
  /// at once instead.
  public let codec: any ImageCodec
  /// How pictures are made ready for the codec.
  public var preparation: PicturePreparation
  /// Pictures worked on at the same time, at least 1.
  public var threads = 1
  /// The largest files that are read.
  public var limits = ReadLimits()
  /// Whether captions are read.
  public var readsCaptions = true
  /// How captions become ids beside their text; nil for text alone.
  public var captionEncoding: CaptionEncoding?
  /// Rejects above which the run is given up; nil for no limit.
  public var rejectLimit: RejectLimit?
  /// The tree of the codec's codebook along which grids are coded; nil packs them.
  public var tree: CodebookTree?
  /// How text and integers are stored.
  public var textEncoding = TokenFileColumn.Encoding.zstd
  /// Remarks for the header.
  public var notes: [String: String] = [:]

  /// Makes a pipeline.
  public init(codec: any ImageCodec, preparation: PicturePreparation) {
    self.codec = codec
    self.preparation = preparation
  }

  /// The header of the files that this pipeline writes.
  public var header: TokenFileHeader {
    let size = preparation.size
    var header = TokenFileHeader(
      codec: codec.identity,
      recipe: TokenFileHeader.Recipe(
        name: preparation.recipe.name, size: size.width,
        options: preparation.recordedOptions),
      policy: codec.options.policy.rawValue, gridHeight: size.height / codec.patchSize,
      gridWidth: size.width / codec.patchSize, textEncoding: textEncoding, notes: notes)
    captionEncoding?.describe(in: &header)
    return tree.map(header.compacted(along:)) ?? header
  }

  /// What to do with an unfinished file of an earlier run.
  public enum Leftover: Sendable {
    /// Refuse to start.
    case refuse
    /// Go on where it ends; start anew if there is none.
    case resume
  }

  /// Encodes the inputs of a shard.
  ///
  /// - Parameters:
  ///   - inputs: What is encoded.
  ///   - path: The token file. While it grows it is called `path.partial`.
  ///   - leftover: What to do with such a file of an earlier run.
  ///   - finished: A finished file made from the same inputs with the same options, most often the
  ///     one at `path`: its rows are kept, and only its rejects are tried anew.
  ///   - isCancelled: Asked before every input. Once it says yes, what is being worked on is
  ///     finished and written, and the file is left resumable.
  ///   - progress: Called a few times per second from the calling thread.
  /// - Returns: What was done and how the run ended.
  /// - Throws: ``PipelineError`` when the file cannot be written or resumed.
  public func run(
    _ inputs: ShardInputs, to path: String, leftover: Leftover = .refuse,
    keeping finished: TokenFile? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (RunProgress) -> Void = { _ in }
  ) throws(PipelineError) -> EncodeSummary {
    var stream = inputs.makeStream()
    var tally = RejectTally()
    var writer = try openWriter(path, leftover: leftover)
    try Self.skip(&stream, doneBy: writer.resumption, tally: &tally, path: path)
    let resumed = writer.rowCount + writer.rejectCount
    var summary = EncodeSummary(path: path, resumedInputs: resumed)
    var meter = ProgressMeter(total: inputs.count, resumed: resumed)

    let source = StreamSource(stream, isCancelled: isCancelled)
    let budget = PixelBudget(threads: threads)
    let kept = try finished.map { file throws(PipelineError) in try KeptRows(file, path: path) }
    kept?.skip(resumed)
    let stage = OrderedMap(
      threads: threads, window: threads * 4 + 4,
      next: { () -> EncodeWork? in
        guard let element = source.next() else { return nil }
        guard let kept else { return EncodeWork(element: element, kept: nil) }
        return kept.work(for: element)
      },
      transform: { work in
        work.kept.map { .success(EncodedSample(row: $0)) }
          ?? encode(work.element, within: budget)
      })
    defer { stage.stop() }

    do throws(TokenFileError) {
      var isOverLimit = exceedsLimit(tally, ofInputs: inputs.count)
      while !isOverLimit, let outcome = stage.next() {
        try Self.write(outcome, to: &writer, tally: &tally, summary: &summary)
        isOverLimit = exceedsLimit(tally, ofInputs: inputs.count)
        let done = writer.rowCount + writer.rejectCount
        if let report = meter.report(done: done, rejects: tally) { progress(report) }
      }
      summary.rows = writer.rowCount
      summary.rejects = tally
      if let report = meter.report(done: summary.inputs, rejects: tally, always: true) {
        progress(report)
      }
      if isOverLimit {
        summary.ending = .tooManyRejects
        try writer.suspend()
      } else if source.failure != nil || kept?.failure != nil {
        try writer.suspend()
      } else if source.wasCancelled {
        summary.ending = .cancelled
        try writer.suspend()
      } else if exceedsLimit(tally, ofInputs: summary.inputs) {
        summary.ending = .tooManyRejects
        try writer.suspend()
      } else {
        try writer.finish(inputs: source.count + resumed)
      }
    } catch {
      throw PipelineError(.tokenFile(error), path: path)
    }
    if let failure = kept?.failure { throw failure }
    if let failure = source.failure { throw PipelineError(.inputs(failure), path: path) }
    summary.elapsed = meter.elapsed
    return summary
  }

  private func exceedsLimit(_ tally: RejectTally, ofInputs inputs: Int) -> Bool {
    rejectLimit?.isExceeded(rejects: tally.total, inputs: inputs) ?? false
  }

  private static func write(
    _ outcome: Result<EncodedSample, SampleReject>, to writer: inout TokenFileWriter,
    tally: inout RejectTally, summary: inout EncodeSummary
  ) throws(TokenFileError) {
    var reject: SampleReject
    switch outcome {
    case .failure(let found): reject = found
    case .success(let sample):
      do throws(TokenFileError) {
        try writer.append(sample.row)
        summary.captions += sample.row.captions.count
        summary.repairedCaptions += sample.captionsRepaired ? 1 : 0
        summary.cutCaptions += sample.cutCaptions
        return
      } catch {
        // The writer is as it was; anything else than a row that does not fit ends the run.
        guard case .unfitRow(let key, let detail) = error.reason else { throw error }
        reject = SampleReject(key: key, stage: .write, code: "unfit-row", message: detail)
      }
    }
    tally.add(reject)
    try writer.reject(TokenFileReject(reject))
  }

  private func openWriter(
    _ path: String, leftover: Leftover
  ) throws(PipelineError) -> TokenFileWriter {
    do {
      switch leftover {
      case .refuse: return try TokenFileWriter(to: path, header: header)
      case .resume: return try TokenFileWriter(resuming: path, header: header)
      }
    } catch {
      throw PipelineError(.tokenFile(error), path: path)
    }
  }

  /// Everything between a sample and its row. Called from several threads.
  func encode(
    _ element: SampleStreamElement, within budget: PixelBudget
  ) -> Result<EncodedSample, SampleReject> {
    do throws(SampleReject) {
      let sample: LoadedSample
      switch element {
      case .reject(let reject): throw reject
      case .sample(let found):
        sample = try (readsCaptions ? found : found.withoutCaptions).load(limits: limits)
      }
      let (picture, sourceSize) = try preparation.prepare(sample, within: budget)
      let grid = try codec.encode(picture, key: sample.key)
      let text = captionEncoding?.encode(sample.captions)
      return .success(
        EncodedSample(
          row: TokenFileRow(
            key: sample.key, grid: grid, captions: sample.captions,
            sourceHeight: sourceSize.height, sourceWidth: sourceSize.width,
            values: text?.values ?? [:]),
          captionsRepaired: sample.repaired, cutCaptions: text?.cutCount ?? 0))
    } catch {
      return .failure(error)
    }
  }

  /// Passes over the inputs that an earlier run has done, comparing their keys.
  private static func skip(
    _ stream: inout any SampleStream, doneBy resumption: TokenFileResumption,
    tally: inout RejectTally, path: String
  ) throws(PipelineError) {
    for (position, key) in resumption.keys.enumerated() {
      let found: String?
      do {
        found = try stream.next()?.key
      } catch {
        throw PipelineError(.inputs(error), path: path)
      }
      guard let found, found.isKey(key) else {
        throw PipelineError(
          .inputsChanged(position: position, expected: key, found: found), path: path)
      }
    }
    for reject in resumption.rejects { tally.add(stage: reject.stage, code: reject.code) }
  }
}

/// A row on its way to the writer.
struct EncodedSample: Sendable {
  let row: TokenFileRow
  var captionsRepaired = false
  var cutCaptions = 0
}

extension ImageCodec {
  /// Encodes a picture; a refusal becomes a reject.
  func encode(_ picture: RasterImage, key: String) throws(SampleReject) -> TokenGrid {
    do {
      return try encode(picture)
    } catch {
      throw SampleReject(key: key, stage: .encode, code: "codec-refused", message: "\(error)")
    }
  }
}

extension String {
  /// Whether this key is stored as `stored`, which token files cut to a length.
  fileprivate func isKey(_ stored: String) -> Bool {
    self == stored || (utf8.count > TokenFileLimits.keyBytes && hasPrefix(stored))
  }
}

extension TokenFileReject {
  init(_ reject: SampleReject) {
    self.init(
      key: reject.key, stage: reject.stage.rawValue, code: reject.code, message: reject.message)
  }
}
