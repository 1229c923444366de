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
}
