import Foundation
import Glibc

/// Standard output for results, standard error for everything else.
enum Console {
  /// Whether a person watches standard error.
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Prints a result.
  static func result(_ text: String) {
    write(text + "\n", to: STDOUT_FILENO)
  }

  /// Writes results as they are.
  ///
  /// - Throws: ``CommandFailure`` when they cannot be written, so that no cut-off file passes for
  ///   a whole one.
  static func result(bytes: [UInt8]) throws {
    guard let number = write(bytes, to: STDOUT_FILENO) else { return }
    let status: ExitStatus = number == ENOSPC || number == EDQUOT ? .tryAgain : .failed
    throw CommandFailure(
      status, "standard output: cannot be written: \(String(cString: strerror(number)))")
  }

  /// Prints a line for the person at the terminal.
  static func note(_ line: String) {
    write(printable(line) + "\n", to: STDERR_FILENO)
  }

  /// Prints why the command failed: always one line, always with the program's name in front.
  static func complain(_ line: String) { note("tessera: " + line) }

  /// Writes to standard error as it is.
  static func status(_ text: String) { write(text, to: STDERR_FILENO) }

  /// One JSON object on one line, keys sorted.
  static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Only values that fail to encode themselves could throw, and ours are plain structs.
    return String(decoding: try! encoder.encode(value), as: UTF8.self)
  }

  /// Text with control characters replaced: names of files may hold escape sequences.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(
      String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
  }

  private static func write(_ text: String, to descriptor: Int32) {
    // Nobody reads any more, or the disk behind a redirection is full: nothing can be said.
    _ = write(Array(text.utf8), to: descriptor)
  }

  /// Writes all of `bytes`; the number of the error that stopped it, or nil.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress!, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return errno }
      rest = rest.dropFirst(written)
    }
    return nil
  }
}
