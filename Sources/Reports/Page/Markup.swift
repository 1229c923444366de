/// HTML text in which everything not written as a literal is escaped.
///
/// ```swift
/// let key = "<b>"
/// let cell: Markup = "<td>\(key)</td>"     // <td>&lt;b&gt;</td>
/// let row: Markup = "<tr>\(cell)</tr>"     // markup inside markup stays as it is
/// ```
struct Markup: ExpressibleByStringInterpolation, Sendable {
  private(set) var text: String

  /// Text known to be markup: our own constants and base64.
  init(trusted text: String) { self.text = text }

  init(stringLiteral text: String) { self.text = text }

  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 8 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
    mutating func appendInterpolation(_ markups: [Markup]) {
      for markup in markups { text += markup.text }
    }
    mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
    mutating func appendInterpolation(_ untrusted: String) { text += escaped(untrusted) }
  }

  static func + (left: Markup, right: Markup) -> Markup {
    Markup(trusted: left.text + right.text)
  }
}

/// Makes any text safe inside an element or a double-quoted attribute.
///
/// Works on scalars, since a combining mark may hide a `<` inside a character. Control characters,
/// which HTML forbids, become U+FFFD; line ends and tabs become spaces.
private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\t", "\n", "\r": result += " "
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
