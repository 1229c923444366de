import ArgumentParser
import ImageCodecs
import Pipelines
import TokenFiles
import Tokens

/// How grids are stored.
enum GridEncoding: String, CaseIterable, ExpressibleByArgument {
  case packed, compact
}

/// `--encoding`, `--portable-text`: how a token file stores its columns.
struct StorageOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How grids are stored: packed, read at any row in constant time, or compact, a quarter "
        + "smaller for photographs and read chunk by chunk."))
  var encoding = GridEncoding.packed

  @Flag(help: "Deflate text, which every language reads, instead of the smaller Zstandard.")
  var portableText = false

  var textEncoding: TokenFileColumn.Encoding { portableText ? .deflate : .zstd }
}

extension LoadedCodec {
  /// A tree of the codec's codewords, which compact grids are coded along.
  func codebookTree() throws -> CodebookTree {
    guard let tree = try CodebookTree(of: codec) else {
      throw CommandFailure.usage(
        "--encoding compact: codec \(codec.identity.name) has no codebook to build a tree from")
    }
    return tree
  }
}
