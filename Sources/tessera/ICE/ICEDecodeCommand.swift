import ArgumentParser
import Datasets
import ImageFiles
import Tokens
import UnifiedTokenizer

/// `tessera ice decode`: ids to text and pictures.
struct ICEDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Turn ids back into text: one text for each line of ids.",
    discussion: """
      Reads lines from standard input unless ids stand on the command line. With --mixed, image \
      codes may stand among them: each run is a square picture unless --grid says otherwise, and \
      is printed as <image HEIGHTxWIDTH: codes>. With --mixed -o DIR it is painted into \
      DIR/LINE-PICTURE.png and printed as <image:FILE>, which 'ice encode --mixed' reads.

      EXAMPLES
        tessera ice decode 20005 27427 27901 23648
        tessera ice encode < lines.txt | tessera ice decode
        tessera ice decode --mixed 23648 1 2 3 4 23648
        tessera ice decode --mixed -o pictures < mixed.ids
      """)

  @Argument(help: "The ids; left out, lines are read from standard input.")
  var ids: [String] = []

  @OptionGroup var model: ICEModelOptions
  @OptionGroup var textOptions: ICETextOptions

  @Flag(help: "Allow image codes among the ids.")
  var mixed = false

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: ArgumentHelp("With --mixed: paint pictures into this folder.", valueName: "dir"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "With --mixed: rows and columns of every picture's codes, such as 16x32.", valueName: "hxw"))
  var grid: PictureGrid?

  @Option(help: "The kind of picture file; jpeg loses a little more.")
  var format = PictureFormat.png

  @OptionGroup var codec: CodecOptionGroup
  @OptionGroup var threads: TextThreadOptions

  func validate() throws {
    if !mixed, out != nil || grid != nil {
      throw ValidationError("--out and --grid are for --mixed")
    }
    if out == nil, codec.codec != nil || !codec.weights.isEmpty {
      throw ValidationError("--codec and --weights are for --mixed with --out")
    }
  }

  func run() throws {
    let decode = try decoder()
    guard ids.isEmpty else {
      let line = Array(ids.joined(separator: " ").utf8)
      let (output, failure) = decode(.init(bytes: line, firstLine: 1, isOneLine: true))
      try Console.result(bytes: output)
      if let failure { throw failure }
      return
    }
    try LineBlocks.process(
      .standardInput, threads: threads.count, lineByLine: out != nil, transform: decode)
  }

  private func decoder() throws -> LineBlocks.Transform {
    let codecs = try out == nil ? [] : [codec.load().codec]
    let tokenizer = try model.load(images: codecs)
    if let out { try OutputPlace.makeFolder(out) }
    return { block in
      var output: [UInt8] = []
      var number = block.firstLine
      for line in block.lines {
        do {
          output += try decode(line, number: number, tokenizer).utf8
          output.append(0x0A)
        } catch let error as UnifiedTokenizerError {
          return (output, CommandFailure(.inputUnusable, "line \(number): \(error)"))
        } catch {
          return (output, error)
        }
        number += 1
      }
      return (output, nil)
    }
  }

  private func decode(
    _ line: ArraySlice<UInt8>, number: Int, _ tokenizer: ICETokenizer
  ) throws -> String {
    let ids = try line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }).map {
      let text = String(decoding: $0, as: UTF8.self)
      guard let id = TokenID(text) else {
        throw CommandFailure(.inputUnusable, "line \(number): '\(text.prefix(40))' is no id")
      }
      return id
    }
    guard mixed else { return textOptions.write(try tokenizer.decodeText(ids)) }
    let shapes = grid.map { Array(repeating: ($0.height, $0.width), count: ids.count) } ?? []
    let parts = try tokenizer.split(ids, shapes: shapes)
    var pictures = 0
    return try parts.map { part in
      switch part {
      case .text(let text): return textOptions.write(text)
      case .grid(let grid):
        pictures += 1
        guard let out else {
          return "<image \(grid.height)x\(grid.width): "
            + grid.tokens.map(String.init).joined(separator: " ") + ">"
        }
        let name = "\(number)-\(pictures)." + format.encoding.format.fileExtension
        let path = OutputPlace.join(out, name)
        let painted = try tokenizer.decode(grid)
        try OutputPlace.writeNew(path, try ImageFile.encode(painted, as: format.encoding))
        return MixedPictures.mark(path)
      case .picture: return ""
      }
    }.joined()
  }
}

/// `--grid`: `HEIGHTxWIDTH` in codes.
struct PictureGrid: ExpressibleByArgument {
  let height: Int
  let width: Int

  init?(argument: String) {
    let sides = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let height = sides[0], let width = sides[1],
      (1...8192).contains(height), (1...8192).contains(width)
    else { return nil }
    self.height = height
    self.width = width
  }
}
