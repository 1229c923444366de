/// Takes the strings of one key out of JSON: of objects one after another (JSON Lines), or of the
/// objects in the `annotations` of one object (COCO). Nothing but the current string is kept.
struct JSONCaptionReader {
  private var cursor: ByteCursor
  private let key: [UInt8]
  private let isCOCO: Bool
  private var inAnnotations = false
  private var started = false
  private var found = false
  /// Whether the one object of a COCO file has been passed.
  private var atEnd = false
  /// Values that are passed over may be nested this deep.
  private static let deepest = 512

  init(_ source: any ByteSource, key: String, isCOCO: Bool) throws(CorpusError) {
    cursor = try ByteCursor(source)
    self.key = Array(key.utf8)
    self.isCOCO = isCOCO
  }

  /// Appends the text of the next object that has the key to `output`; false at the end.
  ///
  /// - Throws: `CorpusError.noCaptions` at the end if no object had it.
  mutating func next(appendingTo output: inout [UInt8]) throws(CorpusError) -> Bool {
    while try enterNextObject() {
      if try object(appendingTo: &output) {
        found = true
        return true
      }
    }
    guard found || !started else {
      throw CorpusError(
        .noCaptions(key: String(decoding: key, as: UTF8.self)), path: cursor.path)
    }
    return false
  }

  /// Stands before the next object of interest, or returns false.
  private mutating func enterNextObject() throws(CorpusError) -> Bool {
    guard isCOCO else {
      guard let byte = try nextToken() else { return false }
      started = true
      guard byte == 0x7B else { throw invalid("each line must be an object") }
      return true
    }
    if atEnd { return false }
    if !started {
      guard try nextToken() == 0x7B else { throw invalid("the file must be an object") }
      started = true
      if try nextToken(passing: false) == 0x7D { return false }
    }
    while true {
      if inAnnotations {
        switch try nextToken() {
        case 0x7B: return true
        case 0x2C: continue
        case 0x5D: inAnnotations = false
        default: throw invalid("annotations must be a list of objects")
        }
        continue
      }
      switch try nextToken(passing: false) {
      case nil: throw invalid("the file ends inside an object")
      case 0x7D:
        _ = try nextToken()
        atEnd = true
        return false
      case 0x2C: _ = try nextToken()
      default:
        let name = try string()
        try expect(0x3A, "a colon after a key")
        if name == Array("annotations".utf8) {
          guard try nextToken() == 0x5B else { throw invalid("annotations must be a list") }
          inAnnotations = true
        } else {
          try skipValue(0)
        }
      }
    }
  }

  /// Reads the members of an object after its brace; true if the key was there with text.
  private mutating func object(appendingTo output: inout [UInt8]) throws(CorpusError) -> Bool {
    var hasText = false
    while true {
      switch try nextToken(passing: false) {
      case 0x7D:
        _ = try nextToken()
        return hasText
      case 0x2C: _ = try nextToken()
      case 0x22:
        let name = try string()
        try expect(0x3A, "a colon after a key")
        if name == key {
          if try text(appendingTo: &output, separated: hasText) { hasText = true }
        } else {
          try skipValue(0)
        }
      case nil: throw invalid("the file ends inside an object")
      default: throw invalid("expected a key")
      }
    }
  }

  /// A string, a list of strings (joined by line feeds), or null.
  private mutating func text(
    appendingTo output: inout [UInt8], separated: Bool
  ) throws(CorpusError) -> Bool {
    switch try nextToken(passing: false) {
    case 0x22:
      if separated { output.append(0x0A) }
      output += try string()
      return true
    case 0x5B:
      _ = try nextToken()
      var hasText = separated
      while true {
        switch try nextToken(passing: false) {
        case 0x5D:
          _ = try nextToken()
          return hasText
        case 0x2C: _ = try nextToken()
        case 0x22:
          if hasText { output.append(0x0A) }
          output += try string()
          hasText = true
        default: throw wrongType()
        }
      }
    case 0x6E:
      try skipValue(0)
      return false
    default: throw wrongType()
    }
  }

  private func wrongType() -> CorpusError {
    invalid("\"\(String(decoding: key, as: UTF8.self))\" must be a string or a list of strings")
  }

  // MARK: JSON

  private func invalid(_ defect: String) -> CorpusError { cursor.error(.invalidJSON(defect)) }

  /// The next byte that is not white space.
  private mutating func nextToken(passing: Bool = true) throws(CorpusError) -> UInt8? {
    while let byte = try cursor.peek() {
      if byte != 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D {
        if passing { _ = try cursor.next() }
        return byte
      }
      _ = try cursor.next()
    }
    return nil
  }

  private mutating func expect(_ byte: UInt8, _ what: String) throws(CorpusError) {
    guard try nextToken() == byte else { throw invalid("expected \(what)") }
  }

  private mutating func skipValue(_ depth: Int) throws(CorpusError) {
    guard depth < Self.deepest else { throw invalid("nested more than \(Self.deepest) deep") }
    switch try nextToken(passing: false) {
    case 0x22: _ = try string()
    case 0x7B, 0x5B:
      let isObject = try nextToken() == 0x7B
      while true {
        let byte = try nextToken(passing: false)
        if byte == (isObject ? 0x7D : 0x5D) {
          _ = try nextToken()
          return
        }
        if byte == nil { throw invalid("the file ends inside a value") }
        if byte == 0x2C {
          _ = try nextToken()
          continue
        }
        if isObject {
          _ = try string()
          try expect(0x3A, "a colon after a key")
        }
        try skipValue(depth + 1)
      }
    case .some(let byte) where byte == 0x2D || Self.isWordByte(byte):
      while let byte = try cursor.peek(),
        Self.isWordByte(byte) || byte == 0x2D || byte == 0x2B || byte == 0x2E
      {
        _ = try cursor.next()
      }
    default: throw invalid("expected a value")
    }
  }

  /// Letters and digits: true, false, null and numbers are made of them.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }

  /// A string as UTF-8, escapes resolved.
  private mutating func string() throws(CorpusError) -> [UInt8] {
    guard try nextToken() == 0x22 else { throw invalid("expected a string") }
    var bytes: [UInt8] = []
    while let byte = try cursor.next() {
      switch byte {
      case 0x22: return bytes
      case 0x5C: try escape(appendingTo: &bytes)
      default: bytes.append(byte)
      }
      if bytes.count > CorpusReader.longestField {
        throw cursor.error(.tooLong(what: "a string", limit: CorpusReader.longestField))
      }
    }
    throw invalid("a string is not closed")
  }

  private mutating func escape(appendingTo bytes: inout [UInt8]) throws(CorpusError) {
    switch try cursor.next() {
    case 0x6E: bytes.append(0x0A)
    case 0x74: bytes.append(0x09)
    case 0x72: bytes.append(0x0D)
    case 0x62: bytes.append(0x08)
    case 0x66: bytes.append(0x0C)
    case .some(let byte) where byte == 0x22 || byte == 0x5C || byte == 0x2F: bytes.append(byte)
    case 0x75:
      var unit = try hexadecimal()
      // A surrogate pair; one that stands alone becomes U+FFFD.
      while (0xD800...0xDBFF).contains(unit) {
        guard try cursor.peek() == 0x5C else { break }
        _ = try cursor.next()
        guard try cursor.peek() == 0x75 else {
          append(0xFFFD, to: &bytes)
          return try escape(appendingTo: &bytes)
        }
        _ = try cursor.next()
        let low = try hexadecimal()
        if (0xDC00...0xDFFF).contains(low) {
          unit = 0x1_0000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        } else {
          append(0xFFFD, to: &bytes)
          unit = low
        }
      }
      append(unit, to: &bytes)
    default: throw invalid("unknown escape in a string")
    }
  }

  private func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
  }

  private mutating func hexadecimal() throws(CorpusError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = try cursor.next(),
        let digit = Character(Unicode.Scalar(byte)).hexDigitValue
      else { throw invalid("\\u needs four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
