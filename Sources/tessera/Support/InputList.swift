import ByteCoding

/// Inputs named on the command line and on standard input.
enum InputList {
  /// The inputs with `-` replaced by the lines of standard input.
  static func expanded(_ inputs: [String]) throws -> [String] {
    guard inputs.contains("-") else { return inputs }
    var listed: [String] = []
    while let line = readLine() {
      if !line.isEmpty { listed.append(line) }
    }
    guard !listed.isEmpty || inputs.count > 1 else {
      throw CommandFailure(.inputUnusable, "standard input: no path in it")
    }
    return inputs.filter { $0 != "-" } + listed
  }

  /// The lines of a file, `-` for standard input, without empty ones.
  static func lines(of path: String) throws -> [String] {
    var input = try SequentialInput(path: path)
    var bytes: [UInt8] = []
    while case let piece = try input.read(1 << 20), !piece.isEmpty { bytes += piece }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(
      String.init)
  }
}
