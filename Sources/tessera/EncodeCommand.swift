import ArgumentParser
import Datasets
import Pipelines
import RasterImages
import TokenFiles

/// `tessera encode`: pictures to a token file.
struct EncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Encode pictures into a token file.",
    discussion: """
      Folders are searched to any depth; pictures (PNG, JPEG, WebP) are told by their content. A \
      picture that cannot be used becomes a reject row with its reason and is counted at the end. \
      The same inputs give the same bytes for any number of threads.

      Interrupted (Ctrl-C, SIGTERM, a crash), the run leaves OUT.partial; the same command with \
      --resume goes on where it ended.

      EXAMPLES
        tessera encode photographs -o photographs.tessera
        tessera encode a.jpg b.png more/ -o all.tessera --size 512 --max-rejects 1%
        tessera encode photographs -o photographs.tessera --resume --json
      """)

  @Argument(help: "Picture files and folders of pictures.")
  var inputs: [String]

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: "The token file (NAME.tessera), or a folder that gets one token file per input folder.")
  var out: String

  @OptionGroup var codec: CodecOptionGroup
  @OptionGroup var picture: PictureOptions
  @OptionGroup var threads: ThreadOptions

  @Option(
    help: ArgumentHelp(
      "Where captions come from: auto takes the lines of NAME.txt beside NAME.jpg."))
  var captions = CaptionChoice.auto

  @Flag(help: "Go on with what an interrupted run left; start anew if there is nothing.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Give the run up (status 3) when more inputs than this are rejected: a number or a "
        + "percentage.", valueName: "n|p%"))
  var maxRejects: RejectLimit?

  @Flag(help: "Say what would be done, and how long it would take, without writing anything.")
  var dryRun = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let codec = try codec.load()
    var pipeline = EncodePipeline(
      codec: codec.codec, preparation: try picture.preparation(for: codec))
    pipeline.threads = threads.count
    pipeline.readsCaptions = captions == .auto
    pipeline.rejectLimit = maxRejects
    let isOneFile = out.hasSuffix(".tessera")
    let dataset = try Dataset(inputs: inputs, arrangement: isOneFile ? .combined : .perInput)
    if dryRun {
      try showPlan(dataset.shards, pipeline: pipeline, isOneFile: isOneFile)
      return
    }
    if !isOneFile { try OutputPlace.makeFolder(out) }
    Signals.install()
    var status = ExitStatus.done
    for shard in dataset.shards {
      let path = isOneFile ? out : OutputPlace.join(out, shard.name + ".tessera")
      let ending = try encode(shard, to: path, with: pipeline)
      if ending != .done { status = ending }
      if Signals.status != nil { break }
    }
    if status != .done { throw CommandFailure(status, nil) }
  }

  private func showPlan(_ shards: [Shard], pipeline: EncodePipeline, isOneFile: Bool) throws {
    for shard in shards {
      let path = isOneFile ? out : OutputPlace.join(out, shard.name + ".tessera")
      let report = EncodePlanReport(pipeline.plan(try shard.open()), path: path)
      Console.result(output.json ? Console.json(report) : report.text)
    }
  }

  private func encode(
    _ shard: Shard, to path: String, with pipeline: EncodePipeline
  ) throws -> ExitStatus {
    let inputs = try shard.open()
    for notice in inputs.notices { Console.note("note: \(notice)") }
    if let finished = try OutputPlace.finishedFile(path, header: pipeline.header, inputs: inputs) {
      let report = EncodeReport(skipped: finished, path: path)
      Console.result(output.json ? Console.json(report) : report.text)
      return .done
    }
    var line = ProgressLine(noun: "pictures", json: output.json)
    defer { line.clear() }
    let summary = try pipeline.run(
      inputs, to: path, leftover: resume ? .resume : .refuse,
      isCancelled: { Signals.status != nil }, progress: { line.show($0) })
    line.clear()
    let report = EncodeReport(summary, inputs: inputs)
    Console.result(output.json ? Console.json(report) : report.text)
    switch summary.ending {
    case .cancelled:
      Console.complain(
        "\(path): interrupted after \(Wording.count(summary.inputs, "input")); "
          + "the same command with --resume goes on")
      return Signals.status ?? .failed
    case .tooManyRejects:
      Console.complain(
        "\(path): \(Wording.count(summary.rejects.total, "input")) rejected, more than "
          + "--max-rejects allows; --resume with a higher limit goes on")
      return .tooManyRejects
    case .finished:
      guard summary.rows == 0 else { return .done }
      Console.complain(
        "\(path): every input was rejected; see 'tessera tokens info --rejects \(path)'")
      return .inputUnusable
    }
  }
}

/// `--captions`.
enum CaptionChoice: String, ExpressibleByArgument, CaseIterable {
  case auto
  case none
}
