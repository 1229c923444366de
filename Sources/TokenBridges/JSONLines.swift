import ByteCoding
import TokenFiles
import Tokens

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A value of JSON as other programs write it: any order, any white space.
enum JSONValue: Decodable, Hashable {
  case null
  case integer(Int64)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
  /// A number with a fraction, true or false: nothing that a column holds.
  case other

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let values = try? container.decode([JSONValue].self) {
      self = .array(values)
    } else if let members = try? container.decode([String: JSONValue].self) {
      self = .object(members)
    } else {
      self = container.decodeNil() ? .null : .other
    }
  }

  /// The strings of a list, or one string as a list; nil for anything else.
  var strings: [String]? {
    switch self {
    case .string(let text): return [text]
    case .array(let values):
      var result: [String] = []
      for value in values {
        guard case .string(let text) = value else { return nil }
        result.append(text)
      }
      return result
    default: return nil
    }
  }

  /// The integers of a list, or one integer as a list; nil for anything else.
  var integers: [Int64]? {
    switch self {
    case .integer(let value): return [value]
    case .array(let values):
      var result: [Int64] = []
      for value in values {
        guard case .integer(let integer) = value else { return nil }
        result.append(integer)
      }
      return result
    default: return nil
    }
  }

  /// The value as one of a column of text, integers or tokens; nil when it is none.
  func value(for kind: TokenFileColumn.Kind) -> TokenFileValue? {
    switch kind {
    case .text:
      guard case .string(let text) = self else { return nil }
      return .text(text)
    case .texts: return strings.map { .texts($0) }
    case .integers: return integers.map { .integers($0) }
    case .tokens:
      guard let integers else { return nil }
      let tokens = integers.compactMap { TokenID(exactly: $0) }
      return tokens.count == integers.count ? .tokens(tokens) : nil
    default: return nil
    }
  }

  /// The kind of column that holds such values; nil when none does.
  var kind: TokenFileColumn.Kind? {
    switch self {
    case .string: .text
    case .integer: .integers(count: 1)
    case .array(let values):
      if let integers, 1...TokenFileLimits.integersPerValue ~= integers.count {
        .integers(count: integers.count)
      } else if strings != nil || values.isEmpty {
        .texts
      } else {
        nil
      }
    case .null, .object, .other: nil
    }
  }
}

/// The lines of a `.jsonl` file, each an object.
struct JSONLines {
  let path: String
  /// Lines that were read.
  private(set) var count = 0
  private let file: MappedFile
  private var position = 0
  private static let lineLimit = 1 << 26

  /// Whether every line was read.
  var isAtEnd: Bool { position >= file.count }

  init(path: String) throws(BridgeError) {
    self.path = path
    file = try bridging { () throws(ByteCodingError) in try MappedFile(path: path) }
  }

  /// The members of the next line, nil at the end.
  ///
  /// - Throws: `invalidLine`; reading may go on with the line after it.
  mutating func next() throws(BridgeError) -> [String: JSONValue]? {
    guard position < file.count else { return nil }
    try bridging { () throws(ByteCodingError) in try file.checkSize() }
    let start = position
    position = Self.endOfLine(file.bytes, from: start)
    count += 1
    guard position - start <= Self.lineLimit else {
      throw invalid("longer than \(Self.lineLimit) bytes")
    }
    let line = [UInt8](copying: file.bytes.extracting(start..<position))
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line)),
      case .object(let members) = value
    else { throw invalid("not a JSON object") }
    return members
  }

  /// The first byte behind the next LF, or the end.
  private static func endOfLine(_ bytes: RawSpan, from start: Int) -> Int {
    var end = start
    while end < bytes.byteCount {
      // SAFETY: RawSpan checks the bounds of this load; any byte is a valid UInt8.
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: end, as: UInt8.self)
      end += 1
      if byte == 0x0A { break }
    }
    return end
  }

  private func invalid(_ detail: String) -> BridgeError {
    BridgeError(.invalidLine(number: count, detail: detail), path: path)
  }
}
