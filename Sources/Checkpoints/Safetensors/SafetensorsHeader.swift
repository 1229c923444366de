/// The JSON header of a safetensors file, parsed by its own small grammar.
///
/// A general JSON library silently keeps one of two equal keys and knows no byte positions. The
/// header needs only objects of known depth, strings and unsigned numbers, so nothing here recurses.
///
/// Inverse of ``SafetensorsWriter``.
struct SafetensorsHeader {
  struct Entry {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    /// Bytes from the end of the header.
    let begin: Int
    let end: Int
    /// Where the entry's name stands in the file.
    let offset: Int
  }

  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]

  private let bytes: [UInt8]
  private let base: Int
  private var position = 0

  /// - Parameters:
  ///   - bytes: The header, without the length before it.
  ///   - base: Where the header starts in the file.
  init(parsing bytes: [UInt8], base: Int) throws(CheckpointError) {
    self.bytes = bytes
    self.base = base
    var names: Set<String> = []
    try object { (header, name, offset) throws(CheckpointError) in
      guard names.insert(name).inserted else {
        throw CheckpointError(.duplicateName, offset: offset, tensor: name)
      }
      if name == "__metadata__" {
        try header.parseMetadata()
      } else {
        try header.parseEntry(name, at: offset)
      }
    }
    skipSpace()
    guard position == bytes.count else { throw malformed("text after the header's closing brace") }
  }

  // MARK: Tensors

  private mutating func parseMetadata() throws(CheckpointError) {
    var seen: [String: String] = [:]
    try object { (header, key, offset) throws(CheckpointError) in
      guard seen[key] == nil else {
        throw CheckpointError(.malformed("metadata key '\(key)' twice"), offset: offset)
      }
      seen[key] = try header.string()
    }
    metadata = seen
  }

  private mutating func parseEntry(_ name: String, at start: Int) throws(CheckpointError) {
    var type: String?
    var shape: [Int]?
    var range: [Int]?
    try object { (header, key, offset) throws(CheckpointError) in
      switch key {
      case "dtype" where type == nil: type = try header.string()
      case "shape" where shape == nil: shape = try header.numbers()
      case "data_offsets" where range == nil: range = try header.numbers()
      default:
        throw CheckpointError(
          .malformed("key '\(key)' unknown or twice in a tensor's entry"), offset: offset,
          tensor: name)
      }
    }
    guard let type, let shape, let range, range.count == 2 else {
      throw CheckpointError(
        .malformed("a tensor's entry needs dtype, shape and two data_offsets"), offset: start,
        tensor: name)
    }
    guard let elementType = ElementType(rawValue: type) else {
      throw CheckpointError(.unsupported("element type \(type)"), offset: start, tensor: name)
    }
    entries.append(
      Entry(
        name: name, elementType: elementType, shape: shape, begin: range[0], end: range[1],
        offset: start))
  }

  // MARK: Grammar

  private mutating func object(
    _ member: (inout SafetensorsHeader, String, Int) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try expect("{")
    if accept("}") { return }
    repeat {
      skipSpace()
      let offset = base + position
      let key = try string()
      try expect(":")
      try member(&self, key, offset)
    } while accept(",")
    try expect("}")
  }

  private mutating func numbers() throws(CheckpointError) -> [Int] {
    try expect("[")
    var values: [Int] = []
    if accept("]") { return values }
    repeat { values.append(try number()) } while accept(",")
    try expect("]")
    return values
  }

  private mutating func number() throws(CheckpointError) -> Int {
    skipSpace()
    var value = 0
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(bytes[position] - 0x30))
      guard !overflow, !carry else { throw malformed("a number beyond 63 bits") }
      value = sum
      position += 1
    }
    guard position > start else { throw malformed("expected an unsigned whole number") }
    return value
  }

  private mutating func string() throws(CheckpointError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard position < bytes.count else { throw malformed("a string without end") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw malformed("a string that is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
      case 0..<0x20: throw malformed("a control character in a string")
      default: text.append(byte)
      }
    }
  }

  private mutating func escape() throws(CheckpointError) -> [UInt8] {
    guard position < bytes.count else { throw malformed("a string without end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var unit = try hexadecimal()
      if unit & 0xFC00 == 0xD800 {
        guard bytes[position...].starts(with: [0x5C, 0x75]) else { throw malformed("half a pair") }
        position += 2
        let low = try hexadecimal()
        guard low & 0xFC00 == 0xDC00 else { throw malformed("half a surrogate pair") }
        unit = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw malformed("half a surrogate pair") }
      return Array(String(Character(scalar)).utf8)
    default: throw malformed("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(CheckpointError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw malformed("four hexadecimal digits must follow \\u") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(CheckpointError) {
    guard accept(character) else { throw malformed("the header's JSON lacks a '\(character)'") }
  }

  private func malformed(_ text: String) -> CheckpointError {
    CheckpointError(.malformed(text), offset: base + min(position, bytes.count))
  }
}
