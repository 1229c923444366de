/// JSON as the header holds it: RFC 8785 (keys sorted by UTF-16 code units, no white space, minimal
/// escapes) restricted to integers below 2^53 in magnitude, so that equal values are equal bytes.
package enum CanonicalJSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case string(String)
  case array([CanonicalJSON])
  case object([String: CanonicalJSON])

  /// Why text was refused.
  package struct Malformed: Error, Hashable, Sendable {
    package let detail: String
    package let offset: Int
  }

  private static let largestInteger = (1 << 53) - 1
  private static let deepest = 16

  // MARK: Writing

  /// The one canonical spelling.
  package var text: String {
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .string(let value): return Self.quoted(value)
    case .array(let values): return "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
      return "{"
        + sorted.map { Self.quoted($0.key) + ":" + $0.value.text }.joined(separator: ",") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\u{c}": result += "\\f"
      case "\r": result += "\\r"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  // MARK: Reading

  /// Reads one value; inverse of ``text``.
  ///
  /// - Throws: `Malformed` for anything that is not canonical, doubled keys and white space
  ///   included, or nested more than 16 deep.
  package init(parsing utf8: [UInt8]) throws(Malformed) {
    guard String(validating: utf8, as: UTF8.self) != nil else {
      throw Malformed(detail: "not UTF-8", offset: 0)
    }
    var parser = Parser(bytes: utf8)
    let value = try parser.value(depth: 0)
    guard parser.position == utf8.count else {
      throw Malformed(detail: "bytes after the value", offset: parser.position)
    }
    // One comparison decides about order, escapes, white space and leading zeros alike.
    let canonical = value.text
    guard canonical.utf8.elementsEqual(utf8) else {
      let common = zip(canonical.utf8, utf8).prefix { $0 == $1 }.count
      throw Malformed(detail: "not in canonical form", offset: common)
    }
    self = value
  }

  private struct Parser {
    let bytes: [UInt8]
    var position = 0

    private func malformed(_ detail: String) -> Malformed {
      Malformed(detail: detail, offset: position)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func expect(_ literal: String) throws(Malformed) {
      guard bytes[position...].starts(with: literal.utf8) else {
        throw malformed("\(literal) expected")
      }
      position += literal.utf8.count
    }

    mutating func value(depth: Int) throws(Malformed) -> CanonicalJSON {
      guard depth < CanonicalJSON.deepest else { throw malformed("nested too deeply") }
      switch next {
      case UInt8(ascii: "{"): return try object(depth: depth)
      case UInt8(ascii: "["): return try array(depth: depth)
      case UInt8(ascii: "\""): return .string(try string())
      case UInt8(ascii: "n"):
        try expect("null")
        return .null
      case UInt8(ascii: "t"):
        try expect("true")
        return .bool(true)
      case UInt8(ascii: "f"):
        try expect("false")
        return .bool(false)
      default: return .integer(try integer())
      }
    }

    private mutating func object(depth: Int) throws(Malformed) -> CanonicalJSON {
      var members: [String: CanonicalJSON] = [:]
      try expect("{")
      if next == UInt8(ascii: "}") {
        position += 1
        return .object(members)
      }
      while true {
        let key = try string()
        try expect(":")
        let value = try value(depth: depth + 1)
        guard members.updateValue(value, forKey: key) == nil else {
          throw malformed("the key \"\(key)\" stands twice")
        }
        if next == UInt8(ascii: ",") {
          position += 1
        } else {
          try expect("}")
          return .object(members)
        }
      }
    }

    private mutating func array(depth: Int) throws(Malformed) -> CanonicalJSON {
      var values: [CanonicalJSON] = []
      try expect("[")
      if next == UInt8(ascii: "]") {
        position += 1
        return .array(values)
      }
      while true {
        values.append(try value(depth: depth + 1))
        if next == UInt8(ascii: ",") {
          position += 1
        } else {
          try expect("]")
          return .array(values)
        }
      }
    }

    private mutating func integer() throws(Malformed) -> Int {
      let start = position
      if next == UInt8(ascii: "-") { position += 1 }
      while let digit = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit { position += 1 }
      guard let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)),
        value.magnitude <= CanonicalJSON.largestInteger
      else { throw malformed("an integer below 2^53 expected") }
      return value
    }

    private mutating func string() throws(Malformed) -> String {
      try expect("\"")
      var result: [UInt8] = []
      while let byte = next {
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
        case UInt8(ascii: "\\"): result.append(try escape())
        case 0..<0x20: throw malformed("a control character in a string")
        default: result.append(byte)
        }
      }
      throw malformed("a string without its end")
    }

    private mutating func escape() throws(Malformed) -> UInt8 {
      guard let byte = next else { throw malformed("a string without its end") }
      position += 1
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): return byte
      case UInt8(ascii: "b"): return 8
      case UInt8(ascii: "t"): return 9
      case UInt8(ascii: "n"): return 10
      case UInt8(ascii: "f"): return 12
      case UInt8(ascii: "r"): return 13
      case UInt8(ascii: "u"):
        guard position + 4 <= bytes.count,
          let code = UInt8(
            String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
          code < 0x20
        else { throw malformed("only control characters are written as \\u") }
        position += 4
        return code
      default: throw malformed("an unknown escape")
      }
    }
  }
}

extension CanonicalJSON {
  /// The member of an object, nil when absent or when this is no object.
  package subscript(key: String) -> CanonicalJSON? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  package var stringValue: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  package var integerValue: Int? {
    guard case .integer(let value) = self else { return nil }
    return value
  }

  package var arrayValue: [CanonicalJSON]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  package var objectValue: [String: CanonicalJSON]? {
    guard case .object(let members) = self else { return nil }
    return members
  }
}
