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
      Folders are searched to any depth; pictures (PNG, JPEG, WebP) are told by their content, \
      archives (.tar, .tar.gz, .tar.zst, .zip) are read as WebDataset has them. A picture that \
      cannot be used becomes a reject row with its reason and is counted at the end. The same \
      inputs give the same bytes for any number of threads.

      Interrupted (Ctrl-C, SIGTERM, a crash), the run leaves OUT.partial; the same command with \
      --resume goes on where it ended.

      EXAMPLES
        tessera encode photographs -o photographs.tessera
        tessera encode a.jpg b.png more/ -o all.tessera --size 512 --max-rejects 1%
        tessera encode photographs -o photographs.tessera --resume --json
        tessera encode shards/*.tar -o encoded --threads 8
        tessera encode shards -o encoded --text bpe.model --text-length 128
      """)

  @Argument(
    help: "Picture files, archives, and folders of them; - reads such paths from standard input.")
  var inputs: [String]

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp(
      "The token file (NAME.tessera), or a folder that gets a token file and a manifest for each "
        + "archive and input folder."))
  var out: String

  @OptionGroup var codec: CodecOptionGroup
  @OptionGroup var picture: PictureOptions
  @OptionGroup var storage: StorageOptions
  @OptionGroup var threads: ThreadOptions

  @Option(
    help: ArgumentHelp(
      "Where captions come from: auto (NAME.txt beside NAME.jpg, or the metadata of an archive's "
        + "sample), none, or a table: .csv, .tsv, .jsonl, .json (COCO).",
      valueName: "auto|none|file"))
  var captions = CaptionChoice.auto

  @OptionGroup var text: CaptionTextOptions

  @Flag(help: "Go on with what an interrupted run left; start anew if there is nothing.")
  var resume = false

  @Flag(help: "Try the rejects of a finished file anew, and keep its rows.")
  var retryFailed = false

  @Option(
    help: ArgumentHelp(
      "Of the sorted shards take those whose number, counted from 0, leaves i when divided by n.",
      valueName: "i/n"))
  var shard: ShardChoice?

  @Option(
    help: ArgumentHelp(
      "Give the run up (status 3) when more inputs than this are rejected: a number or a "
        + "percentage.", valueName: "n|p%"))
  var maxRejects: RejectLimit?

  @Flag(help: "Say what would be done, and how long it would take, without writing anything.")
  var dryRun = false

  @OptionGroup var output: OutputOptions

  /// Whether everything goes into one file, rather than a file per shard into a folder.
  private var isOneFile: Bool { out.hasSuffix(".tessera") }

  func validate() throws {
    if text.text != nil, captions == .none {
      throw ValidationError("--text needs captions; leave --captions none out")
    }
    if shard != nil, isOneFile {
      throw ValidationError("--shard needs a folder as output, not the file \(out)")
    }
  }

  func run() throws {
    let codec = try codec.load()
    var pipeline = EncodePipeline(
      codec: codec.codec, preparation: try picture.preparation(for: codec))
    if storage.encoding == .compact { pipeline.tree = try codec.codebookTree() }
    pipeline.textEncoding = storage.textEncoding
    pipeline.threads = threads.count
    pipeline.readsCaptions = captions != .none
    pipeline.rejectLimit = maxRejects
    pipeline.captionEncoding = try text.load()
    let dataset = try Dataset(
      inputs: try InputList.expanded(inputs), arrangement: isOneFile ? .combined : .perInput)
    let shards = shard.map { $0.picks(from: dataset.shards) } ?? dataset.shards
    let job = EncodeJob(
      pipeline: pipeline, captions: captions, table: try captions.table(), resume: resume,
      retryFailed: retryFailed,
      optionsDigest: isOneFile ? nil : try EncodeJob.digest(of: pipeline, captions: captions),
      json: output.json)
    if dryRun {
      return try plan(shards, job)
    }
    if !isOneFile { try OutputPlace.makeFolder(out) }
    Signals.install()
    var status = ExitStatus.done
    var totals = EncodeTotals()
    var finished: [String] = []
    for (index, shard) in shards.enumerated() {
      let path = path(of: shard)
      let place = ProgressLine.Place(number: index + 1, count: shards.count, file: path)
      let outcome = try job.run(shard, to: path, place: shards.count > 1 ? place : nil)
      status = status.joined(outcome.status)
      totals.add(outcome.report, isFinished: outcome.isFinished)
      if outcome.isFinished { finished.append(path) }
      if Signals.status != nil || status == .tryAgain { break }
    }
    job.showUnusedCaptions()
    if totals.finished > totals.skipped, Signals.status == nil,
      shards.count > 1 || shards.contains(where: \.hasSeveralSources)
    {
      totals.duplicate_keys = try job.showDuplicates(in: finished)
    }
    if shards.count > 1 {
      if totals.rejected > 0 { totals.retry = CommandAgain.line(with: "--retry-failed") }
      Console.result(output.json ? Console.json(totals) : totals.text)
    }
    if status != .done { throw CommandFailure(status, nil) }
  }

  /// Plans one shard after another; of several, one that cannot be read is named and passed over.
  private func plan(_ shards: [Shard], _ job: EncodeJob) throws {
    guard shards.count != 1 else {
      _ = try job.showPlan(of: shards[0], to: path(of: shards[0]))
      return
    }
    var plans: [EncodePlanReport] = []
    for shard in shards {
      do {
        plans.append(try job.showPlan(of: shard, to: path(of: shard)))
      } catch let error as DatasetError {
        Console.complain("\(error)")
      }
    }
    let total = EncodePlanTotals(plans)
    Console.result(output.json ? Console.json(total) : total.text)
    if plans.count < shards.count { throw CommandFailure(.inputUnusable, nil) }
  }

  private func path(of shard: Shard) -> String {
    isOneFile ? out : OutputPlace.join(out, shard.name + ".tessera")
  }
}

extension ShardChoice: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
