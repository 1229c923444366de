import ArgumentParser
import ImageCodecs
import TokenFiles

/// `tessera tokens convert`: the same rows, stored otherwise.
struct TokensConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Store a token file packed or compact.",
    usage: "tessera tokens convert <file> --out <out> --encoding <e> [<options>]",
    discussion: """
      Packed tokens are read at any row in constant time. Compact ones take about a quarter less \
      space for photographs and are read chunk by chunk. Compact tokens are coded along a tree of \
      the codec's codebook, which is written into the file: packing them again needs no codec.

      EXAMPLES
        tessera tokens convert all.tessera -o small.tessera --encoding compact
        tessera tokens convert small.tessera -o fast.tessera --encoding packed
      """)

  @Argument(help: "The token file.")
  var file: String

  @Option(name: [.short, .customLong("out")], help: "The file to write.")
  var output: String

  @Option(help: "How grids are stored.")
  var encoding: GridEncoding

  @Flag(help: "Deflate text, which every language reads, instead of the smaller Zstandard.")
  var portableText = false

  @OptionGroup var codec: CodecOptionGroup

  func run() throws {
    let tokens = try TokenFile(contentsOf: file)
    try OutputPlace.refuseExisting(output)
    var header = tokens.header.withText(portableText ? .deflate : .zstd)
    switch encoding {
    case .packed: header = header.packed()
    case .compact where header.columns.contains { $0.tree != nil }: break
    case .compact:
      let loaded = try codec.load(for: header.codec, path: file)
      try header.requireCodec(loaded.codec.identity)
      header = header.compacted(along: try loaded.codebookTree())
    }
    try tokens.rewrite(to: output, header: header)
  }
}
