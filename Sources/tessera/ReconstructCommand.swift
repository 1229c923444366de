import ArgumentParser
import Datasets
import ImageCodecs
import Pipelines
import Reports
import Tokens

/// `tessera reconstruct`: what a codec loses, in pictures and numbers.
struct ReconstructCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract: "Send pictures through a codec and back, and report what was lost.",
    usage: "tessera reconstruct <inputs> ... --out <out> [<options>]",
    discussion: """
      Writes report.html (one page that needs nothing else), report.json and report.csv into the \
      folder REPORT, and prints the means. A REPORT ending in .html is the page itself, with the \
      others beside it. Several codecs are compared on the same pictures, with a plot of quality over \
      bits per pixel; each has the recipe of its own unless --recipe names one.

      EXAMPLES
        tessera reconstruct photographs -o report
        tessera reconstruct shards/*.tar -o report --limit 100 --json
        tessera reconstruct photos -o report --codec movq --codec default \\
          --weights movq=movq.ckpt
      """)

  @Argument(
    help: "Picture files, archives, and folders of them; - reads such paths from standard input.")
  var inputs: [String]

  @Option(
    name: [.customShort("o"), .customLong("out")], help: "The folder for the report, or its page.")
  var out: String

  @OptionGroup var codecs: CodecListOptions
  @OptionGroup var picture: PictureOptions

  @Option(help: ArgumentHelp("Take only the first inputs.", valueName: "n"))
  var limit: Int?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1, not \(limit)") }
  }

  func run() throws {
    let pipelines = try codecs.load().map { codec in
      var pipeline = ReconstructPipeline(
        codec: codec.codec, preparation: try picture.preparation(for: codec))
      pipeline.threads = threads.count
      pipeline.inputLimit = limit
      return pipeline
    }
    let shard = try Dataset(inputs: try InputList.expanded(inputs)).shards[0]
    let inputs = try shard.open()
    let place = try ReportPlace(out)
    Signals.install()
    for notice in inputs.notices { Console.note("note: \(notice)") }
    var sections: [CodecSection] = []
    var wasCancelled = false
    for pipeline in pipelines where !wasCancelled {
      let name = pipelines.count > 1 ? "pictures by \(pipeline.codec.identity.name)" : "pictures"
      var line = ProgressLine(noun: name, json: output.json)
      defer { line.clear() }
      let result = pipeline.run(
        inputs, isCancelled: { Signals.status != nil }, progress: { line.show($0) })
      sections.append(result.section)
      wasCancelled = result.wasCancelled
    }
    try place.write(ReconstructionReport(title: shard.path, sections: sections))
    for (index, section) in sections.enumerated() {
      let summary = ReconstructionSummary(section, page: place.page)
      if index > 0, !output.json { Console.result("") }
      Console.result(output.json ? Console.json(summary) : summary.text)
    }
    if wasCancelled {
      throw CommandFailure(
        Signals.status ?? .failed,
        "\(place.page): interrupted; the report covers what was done until then")
    }
    if sections.allSatisfy(\.records.isEmpty) {
      throw CommandFailure(.inputUnusable, "every input was rejected; see \(place.page)")
    }
  }
}

/// The three files of a report.
private struct ReportPlace {
  let page: String
  private let stem: String

  init(_ out: String) throws {
    if out.hasSuffix(".html") {
      page = out
      stem = String(out.dropLast(".html".count))
      if let slash = out.lastIndex(of: "/") {
        try OutputPlace.makeFolder(String(out[..<slash]))
      }
    } else {
      try OutputPlace.makeFolder(out)
      stem = OutputPlace.join(out, "report")
      page = stem + ".html"
    }
  }

  func write(_ report: ReconstructionReport) throws {
    for (path, text) in [
      (page, report.html), (stem + ".json", report.json), (stem + ".csv", report.csv),
    ] {
      try OutputPlace.replace(path, with: Array(text.utf8))
    }
  }
}

/// What `tessera reconstruct` prints.
private struct ReconstructionSummary: Encodable {
  let page: String
  let codec: String
  let pictures: Int
  let rejected: Int
  let psnr: Double?
  let ssim: Double?
  let bits_per_pixel: Double
  let codes_used: Int
  let codebook_size: Int
  let perplexity: Double

  init(_ section: CodecSection, page: String) {
    let summary = section.summary
    self.page = page
    codec = section.codec.name
    pictures = summary.pictureCount
    rejected = summary.rejectCount
    psnr = summary.psnr?.mean
    ssim = summary.ssim?.mean
    bits_per_pixel = summary.bitsPerPixel
    codes_used = summary.usedCodeCount
    codebook_size = section.codec.codebookSize
    perplexity = summary.perplexity
  }

  var text: String {
    func decimal(_ value: Double?, _ digits: Int) -> String {
      value.map { Wording.decimal($0, digits: digits) } ?? "-"
    }
    let lines = [
      ("codec", codec),
      ("pictures", "\(Wording.count(pictures)), \(Wording.count(rejected)) rejected"),
      ("PSNR", "\(decimal(psnr, 2)) dB (mean)"),
      ("SSIM", "\(decimal(ssim, 4)) (mean)"),
      ("rate", "\(decimal(bits_per_pixel, 4)) bits per pixel"),
      (
        "codes used",
        "\(Wording.count(codes_used)) of \(Wording.count(codebook_size)), "
          + "perplexity \(decimal(perplexity, 0))"
      ),
      ("report", page),
    ]
    return lines.map { name, value in
      Console.printable(name.padded(to: 12) + value)
    }.joined(separator: "\n")
  }
}
