import ArgumentParser
import ImageCodecs
import TensorKernels

/// `--codec` and `--weights`, repeated: codecs that are compared.
struct CodecListOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A codec (see 'tessera codec list'); repeat it to compare several. Told from the weights when "
        + "left out.", valueName: "name"))
  var codec: [String] = []

  @Option(
    help: ArgumentHelp(
      "A weights file; of several codecs, behind the name of the one it belongs to. Repeat it where "
        + "a codec has several files. The default codec needs none.", valueName: "[name=]file"))
  var weights: [String] = []

  @OptionGroup var arithmetic: ArithmeticOptions

  /// Loads all codecs, in the order in which they were named.
  func load() throws -> [LoadedCodec] {
    let files = weights.map(Self.parted)
    var names: [String?] = codec
    for case (let name?, _) in files where !codec.contains(name) && !names.contains(name) {
      names.append(name)
    }
    if names.isEmpty { names = [nil] }
    if names.count > 1, let unnamed = files.first(where: { $0.name == nil }) {
      throw CommandFailure.usage(
        "--weights \(unnamed.file): say which codec it belongs to, as NAME=\(unnamed.file)")
    }
    guard Set(codec).count == codec.count else {
      throw CommandFailure.usage("--codec: the same codec is named twice")
    }
    return try names.map { name in
      try LoadedCodec(
        named: name,
        weights: files.filter { $0.name == nil || $0.name == name }.map(\.file),
        options: arithmetic.options)
    }
  }

  /// `NAME=FILE` where NAME is a codec's; anything else is a file.
  private static func parted(_ text: String) -> (name: String?, file: String) {
    guard let mark = text.firstIndex(of: "="),
      CodecCatalog.names.contains(String(text[..<mark]))
    else { return (nil, text) }
    return (String(text[..<mark]), String(text[text.index(after: mark)...]))
  }
}
