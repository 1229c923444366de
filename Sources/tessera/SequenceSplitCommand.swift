public import ArgumentParser
import Foundation
import Pipelines
import Tokens

/// `tessera sequence split`: generated rows to text and grids.
struct SequenceSplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Take rows apart into text and token grids, as JSON lines.",
    usage: "tessera sequence split <file> --layout <name> [<options>]",
    discussion: """
      Rows come as lines of ids, from a file or standard input (-), or as a .npy array of two \
      dimensions (int32, int64 or uint16).

      EXAMPLES
        tessera sequence split generated.npy --layout rudalle
        tessera sequence split rows/ids.npy --layout cogview2 --decode
        tessera sequence split - --layout rudalle --form inputs < rows.txt
      """)

  @Argument(help: "The rows: a .npy file, a text file, or - for standard input.")
  var file: String

  @OptionGroup var layoutOptions: SequenceLayoutOptions

  @Option(
    help: ArgumentHelp(
      "ids: one vocabulary with all offsets; inputs: as the original model is given them.",
      valueName: "form"))
  var form = SequenceForm.ids

  @Option(help: ArgumentHelp("The text model of the layout, to decode with.", valueName: "file"))
  var text: String?

  @Flag(help: "Decode the text; CogView2's layouts need no --text.")
  var decode = false

  func run() throws {
    let isCogView2 = layoutOptions.layout.hasPrefix("cogview2")
    let model =
      decode || text != nil || isCogView2
      ? try TextModel(
        path: text, layout: layoutOptions.layout, imageCodes: layoutOptions.imageCodes) : nil
    let layout = try layoutOptions.load(model)
    var number = 0
    func show(_ row: [TokenID]) throws {
      do {
        let parts = try layout.split(row, form: form)
        Console.result(
          Console.json(
            Line(
              row: number, parts, text: try decode ? model?.decode(parts.text) : nil,
              second: try decode ? parts.secondText.flatMap { try model?.decode($0) } : nil)))
      } catch let error as SequenceError {
        throw CommandFailure(.inputUnusable, "row \(number): \(error)")
      }
      number += 1
    }
    if file.hasSuffix(".npy") {
      try IntegerArray(path: file).forEachRow(show)
      return
    }
    let lines = try LineReader(path: file)
    for line in lines where !line.isEmpty {
      try show(try IDLines.ids(line, "\(file), line \(number + 1)"))
    }
    if let failure = lines.failure { throw failure }
  }

  private struct Line: Encodable {
    struct Grid: Encodable {
      let height: Int
      let width: Int
      let tokens: [TokenID]
    }
    let row: Int
    let text_ids: [TokenID]
    let text: String?
    let second_text_ids: [TokenID]?
    let second_text: String?
    let grids: [Grid]

    init(row: Int, _ parts: SequenceParts, text: String?, second: String?) {
      self.row = row
      text_ids = parts.text
      self.text = text
      second_text_ids = parts.secondText
      second_text = second
      grids = parts.grids.map { Grid(height: $0.height, width: $0.width, tokens: $0.tokens) }
    }
  }
}

extension SequenceForm: ExpressibleByArgument {}

/// A `.npy` array of integers in two dimensions (or one: a single row), read row by row.
struct IntegerArray {
  private let bytes: Data
  private let start: Int
  private let width: Int
  private let rows: Int
  private let columns: Int
  private let path: String

  init(path: String) throws {
    self.path = path
    func unfit(_ reason: String) -> CommandFailure {
      CommandFailure(.inputUnusable, "\(path): \(reason)")
    }
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    else { throw unfit("cannot be read") }
    self.bytes = bytes
    guard bytes.count > 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw unfit("is no .npy file")
    }
    let long = bytes[6] > 1
    let size =
      Int(bytes[8]) | Int(bytes[9]) << 8
      | (long ? Int(bytes[10]) << 16 | Int(bytes[11]) << 24 : 0)
    start = (long ? 12 : 10) + size
    guard start <= bytes.count else { throw unfit("the header is cut off") }
    let header = String(decoding: bytes[(long ? 12 : 10)..<start], as: UTF8.self)
      .filter { $0 != " " }
    let types = ["'<i4'": 4, "'<i8'": 8, "'<u2'": 2]
    guard let type = types.first(where: { header.contains("'descr':" + $0.key) }) else {
      throw unfit("holds no int32, int64 or uint16")
    }
    width = type.value
    let shape =
      header.components(separatedBy: "'shape':(").last?.prefix { $0 != ")" }
      .split(separator: ",").compactMap { Int($0) } ?? []
    guard header.contains("'fortran_order':False"), (1...2).contains(shape.count),
      shape.allSatisfy({ $0 >= 0 && $0 < 1 << 40 })
    else { throw unfit("is no array of one or two dimensions in C order") }
    rows = shape.count == 2 ? shape[0] : 1
    columns = shape[shape.count - 1]
    let needed = rows.multipliedReportingOverflow(by: columns * width)
    guard !needed.overflow, needed.partialValue == bytes.count - start else {
      throw unfit(
        "has \(bytes.count - start) bytes of data for \(rows)x\(columns) numbers of \(width)")
    }
  }

  func forEachRow(_ body: ([TokenID]) throws -> Void) throws {
    for row in 0..<rows {
      var values: [TokenID] = []
      values.reserveCapacity(columns)
      for column in 0..<columns {
        let at = start + (row * columns + column) * width
        var bits: UInt64 = 0
        for byte in (0..<width).reversed() { bits = bits << 8 | UInt64(bytes[at + byte]) }
        let value =
          width == 8
          ? Int64(bitPattern: bits)
          : width == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bits)
        guard let id = TokenID(exactly: value) else {
          throw CommandFailure(
            .inputUnusable, "\(path): row \(row), column \(column) holds \(value)")
        }
        values.append(id)
      }
      try body(values)
    }
  }
}
