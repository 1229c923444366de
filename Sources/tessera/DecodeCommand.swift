import ArgumentParser
import Foundation
import ImageFiles
import Pipelines
import TokenFiles

/// `tessera decode`: a token file to pictures.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Paint the pictures of a token file.",
    usage: "tessera decode <tokens> ... --out <out> [<options>]",
    discussion: """
      Pictures are named after the keys of their rows and never replace another file, so an \
      interrupted run can simply be repeated. Tokens of another codec are refused. Of several token \
      files, and of folders that are searched for them, each gets a folder of its own name.

      EXAMPLES
        tessera decode photographs.tessera -o pictures
        tessera decode photographs.tessera -o pictures --rows 100..<110 --format jpeg
        tessera decode encoded -o pictures
      """)

  @Argument(help: "Token files, and folders of them.")
  var tokens: [String]

  @Option(
    name: [.customShort("o"), .customLong("out")], help: "The folder for the pictures.")
  var out: String

  @OptionGroup var codec: CodecOptionGroup

  @Option(help: ArgumentHelp("Which rows, counted from 0: A..<B or A...B.", valueName: "a..<b"))
  var rows: RowRange?

  @Option(help: "The kind of picture file; jpeg loses a little more.")
  var format = PictureFormat.png

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    Signals.install()
    let files = try TokenFileList.paths(tokens)
    guard files.count > 1 || tokens != files else {
      return try paint(files[0], to: out)
    }
    guard rows == nil else {
      throw CommandFailure.usage("--rows needs a single token file, not \(files.count)")
    }
    let places = try folders(of: files)
    for (file, folder) in zip(files, places) { try paint(file, to: folder) }
  }

  /// A folder below the output for each file: its path below the folder that was named, or its name.
  private func folders(of files: [String]) throws -> [String] {
    let names = files.map { file in
      let home = tokens.filter { file != $0 && file.hasPrefix(OutputPlace.join($0, "")) }
        .max { $0.count < $1.count }
      let name =
        home.map { String(file.dropFirst(OutputPlace.join($0, "").count)) }
        ?? FileNames.last(of: file)
      return name.hasSuffix(".tessera") ? String(name.dropLast(".tessera".count)) : name
    }
    var seen: Set<String> = []
    for (file, name) in zip(files, names) where !seen.insert(name).inserted {
      throw CommandFailure.usage(
        "\(file): another token file is called \(name) too; decode them apart")
    }
    return names.map { OutputPlace.join(out, $0) }
  }

  private func paint(_ tokens: String, to out: String) throws {
    let file = try TokenFile(contentsOf: tokens)
    let range = try rows.map { try $0.resolved(in: file, path: tokens) }
    let codec = try codec.load(for: file.header.codec, path: tokens)
    var pipeline = DecodePipeline(codec: codec.codec)
    pipeline.threads = threads.count
    pipeline.encoding = format.encoding
    var line = ProgressLine(noun: "pictures", json: output.json)
    defer { line.clear() }
    let result = try pipeline.run(
      file, rows: range, to: out, isCancelled: { Signals.status != nil },
      progress: { line.show($0) })
    line.clear()
    Console.result(
      output.json
        ? Console.json(Report(folder: out, pictures: result.pictures))
        : Console.printable("\(out): \(Wording.count(result.pictures, "picture")) painted"))
    if result.wasCancelled {
      throw CommandFailure(
        Signals.status ?? .failed,
        "\(out): interrupted after \(Wording.count(result.pictures, "picture")); "
          + "the same command paints the rest")
    }
  }

  private struct Report: Encodable {
    let folder: String
    let pictures: Int
  }
}

/// `--format`.
enum PictureFormat: String, ExpressibleByArgument, CaseIterable {
  case png
  case jpeg
  case webp

  var encoding: ImageEncoding {
    switch self {
    case .png: .png()
    case .jpeg: .jpeg()
    case .webp: .webp
    }
  }
}

/// `--rows`: `A..<B`, `A...B`, or one row `A`.
struct RowRange: ExpressibleByArgument {
  private let bounds: Range<Int>

  init?(argument: String) {
    let parts: [Substring]
    let isClosed: Bool
    if let half = argument.range(of: "..<") {
      (parts, isClosed) = ([argument[..<half.lowerBound], argument[half.upperBound...]], false)
    } else if let closed = argument.range(of: "...") {
      (parts, isClosed) = ([argument[..<closed.lowerBound], argument[closed.upperBound...]], true)
    } else {
      (parts, isClosed) = ([argument[...], argument[...]], true)
    }
    guard let first = Int(parts[0]), let last = Int(parts[1]), first >= 0, last < Int.max,
      first <= last
    else { return nil }
    bounds = first..<(isClosed ? last + 1 : last)
  }

  /// The rows, if the file has them.
  func resolved(in file: TokenFile, path: String) throws -> Range<Int> {
    guard bounds.upperBound <= file.count else {
      throw CommandFailure.usage(
        "\(path): --rows \(bounds.lowerBound)..<\(bounds.upperBound) lies outside the file's rows "
          + "0..<\(file.count)")
    }
    return bounds
  }
}
