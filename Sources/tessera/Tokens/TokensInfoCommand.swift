import ArgumentParser
import Pipelines
import TokenFiles
import Tokens

/// `tessera tokens info`: the header and the counts.
struct TokensInfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Show who made a token file and what is in it.",
    discussion: """
      Reads the header and the index only, however large the file is.

      EXAMPLES
        tessera tokens info photographs.tessera
        tessera tokens info --rejects photographs.tessera
        tessera tokens info --json photographs.tessera
      """)

  @Argument(help: "The token file.")
  var file: String

  @Flag(help: "List the rejected inputs: key, stage, code and message, separated by tabs.")
  var rejects = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let tokens = try TokenFile(contentsOf: file)
    if rejects {
      for reject in try tokens.rejects() {
        Console.result(
          output.json
            ? Console.json(RejectLine(reject))
            : [reject.key, reject.stage, reject.code, reject.message]
              .map(Console.printable).joined(separator: "\t"))
      }
      return
    }
    let info = TokenFileInfo(tokens, path: file, tally: RejectTally(of: try tokens.rejects()))
    Console.result(output.json ? Console.json(info) : info.text)
  }

  private struct RejectLine: Encodable {
    let input: Int
    let key: String
    let stage: String
    let code: String
    let message: String

    init(_ reject: TokenFileReject) {
      input = reject.input
      key = reject.key
      stage = reject.stage
      code = reject.code
      message = reject.message
    }
  }
}

/// What `tokens info` shows.
struct TokenFileInfo: Encodable {
  private let file: String
  private let bytes: Int
  private let rows: Int
  private let rejected: Int
  private let rejects: [String: Int]
  private let chunks: Int
  private let rows_per_chunk: Int
  private let codec: CodecFacts
  private let recipe: Recipe
  private let policy: String
  private let columns: [Column]
  private let text_tokenizer: TextFacts?
  private let notes: [String: String]

  private struct TextFacts: Encodable {
    let name: String
    let sha256: String
    let vocabulary_size: Int
    let maximum_length: Int
    let padding_token: TokenID?

    init(_ tokenizer: TokenFileHeader.TextTokenizer) {
      name = tokenizer.name
      sha256 = tokenizer.digest
      vocabulary_size = tokenizer.vocabularySize
      maximum_length = tokenizer.maximumLength
      padding_token = tokenizer.paddingToken
    }

    var text: String {
      "\(name), \(Wording.count(vocabulary_size)) ids"
        + (maximum_length > 0 ? ", at most \(maximum_length) per caption" : "")
        + (padding_token.map { ", filled up with \($0)" } ?? "") + ", sha256 \(sha256)"
    }
  }

  private struct CodecFacts: Encodable {
    let name: String
    let weights_sha256: String
    let codebook_sha256: String
    let codebook_size: Int
    let patch_size: Int
  }

  private struct Recipe: Encodable {
    let name: String
    let size: Int
    let options: [String: String]
  }

  private struct Column: Encodable {
    let name: String
    let kind: String
    let encoding: String
    let height: Int?
    let width: Int?
    let vocabulary_size: Int?
  }

  init(_ tokens: TokenFile, path: String, tally: RejectTally) {
    let header = tokens.header
    file = path
    bytes = tokens.byteCount
    rows = tokens.count
    rejected = tokens.rejectCount
    rejects = tally.counts
    chunks = tokens.chunkCount
    rows_per_chunk = header.rowsPerChunk
    codec = CodecFacts(
      name: header.codec.name, weights_sha256: header.codec.weightsDigest,
      codebook_sha256: header.codec.codebookDigest, codebook_size: header.codec.codebookSize,
      patch_size: header.codec.patchSize)
    recipe = Recipe(
      name: header.recipe.name, size: header.recipe.size, options: header.recipe.options)
    policy = header.policy
    columns = header.columns.map { column in
      var height: Int?
      var width: Int?
      if case .grid(let rows, let columns, _) = column.kind { (height, width) = (rows, columns) }
      return Column(
        name: column.name, kind: column.kind.name, encoding: column.encoding.name, height: height,
        width: width, vocabulary_size: column.kind.vocabularySize)
    }
    text_tokenizer = header.textTokenizer.map { TextFacts($0) }
    notes = header.notes
  }

  /// A table for people.
  var text: String {
    let reasons = rejects.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \(Wording.count($0.value))" }
    let options = recipe.options.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    var lines: [(String, String)] = [
      ("file", "\(file), \(Wording.bytes(bytes))"),
      ("rows", "\(Wording.count(rows)) in \(Wording.count(chunks, "chunk"))"),
      ("rejects", ([Wording.count(rejected)] + reasons).joined(separator: ", ")),
      (
        "codec",
        "\(codec.name), \(Wording.count(codec.codebook_size)) codes, "
          + "patches of \(codec.patch_size) pixels"
      ),
      ("weights", "sha256 \(codec.weights_sha256)"),
      ("codebook", "sha256 \(codec.codebook_sha256)"),
      (
        "recipe",
        (["\(recipe.name) at \(recipe.size) pixels"] + options).joined(separator: ", ")
      ),
      ("policy", policy),
    ]
    for column in columns {
      let grid = column.height.flatMap { height in column.width.map { " \(height) × \($0)" } } ?? ""
      let vocabulary = column.vocabulary_size.map { " below \(Wording.count($0))" } ?? ""
      lines.append(
        ("column", "\(column.name): \(column.kind)\(grid)\(vocabulary), \(column.encoding)"))
    }
    if let text_tokenizer { lines.append(("text", text_tokenizer.text)) }
    for (name, value) in notes.sorted(by: { $0.key < $1.key }) {
      lines.append(("note", "\(name): \(value)"))
    }
    return lines.map { name, value in
      Console.printable(name.padded(to: 10) + value)
    }.joined(separator: "\n")
  }
}

extension RejectTally {
  /// Counts the rejects of a file.
  init(of rejects: [TokenFileReject]) {
    self.init()
    for reject in rejects { add(stage: reject.stage, code: reject.code) }
  }
}
