/// How white space is spelled in tokens: `<n>`, and ChatGLM's `<|tab|>` and `<|blank_N|>`.
enum Whitespace {
  static let lineBreak = "<n>"
  static let tab = "<|tab|>"
  /// The longest run of spaces with a token of its own.
  static let longestBlank = 80

  static func blank(_ count: Int) -> String { "<|blank_\(count)|>" }

  /// The tokens the ChatGLM profile adds for white space, in the order of their ids.
  static let tokens = [tab] + (2...longestBlank).map(blank)

  // Scalars, not characters: to Swift "\r\n" is one character that is not "\n".

  static func encodeLineBreaks(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\n" { result += lineBreak.unicodeScalars } else { result.append(scalar) }
    }
    return String(result)
  }

  /// Replaces tabs, then runs of spaces: as many of 80 as there are, and one token for the rest.
  static func encodeSpaces(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var run = 0
    func flush() {
      for _ in 0..<run / longestBlank { result += blank(longestBlank).unicodeScalars }
      switch run % longestBlank {
      case 0: break
      case 1: result.append(" ")
      case let rest: result += blank(rest).unicodeScalars
      }
      run = 0
    }
    for scalar in text.unicodeScalars {
      if scalar == " " {
        run += 1
        continue
      }
      flush()
      if scalar == "\t" { result += tab.unicodeScalars } else { result.append(scalar) }
    }
    flush()
    return String(result)
  }

  /// The inverse of both.
  static func decode(_ text: String, spaces: Bool) -> String {
    var result: [UInt8] = []
    let bytes = Array(text.utf8)
    var position = 0
    func matches(_ token: String) -> Bool { bytes[position...].starts(with: token.utf8) }
    scan: while position < bytes.count {
      if bytes[position] == UInt8(ascii: "<") {
        if matches(lineBreak) {
          result.append(0x0A)
          position += lineBreak.utf8.count
          continue
        }
        if spaces, matches(tab) {
          result.append(0x09)
          position += tab.utf8.count
          continue
        }
        if spaces, matches("<|blank_") {
          for count in 2...longestBlank where matches(blank(count)) {
            result += repeatElement(0x20, count: count)
            position += blank(count).utf8.count
            continue scan
          }
        }
      }
      result.append(bytes[position])
      position += 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}
