import ByteCoding

/// The header of a `.npy` file.
///
/// Source: NumPy's `numpy.lib.format`: magic, version, length, then a Python dictionary with
/// `descr`, `fortran_order` and `shape`, filled up with blanks to a multiple of 64 bytes.
public struct NPYHeader: Hashable, Sendable {
  /// The type of the elements.
  public let type: IntegerType
  /// The dimensions, slowest first; empty for a single number.
  public let shape: [Int]

  /// Longer headers are refused: those of arrays of integers take some 128 bytes.
  static let sizeLimit = 1 << 16
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Makes a header.
  public init(type: IntegerType, shape: [Int]) {
    self.type = type
    self.shape = shape
  }

  /// Elements of the array.
  public var count: Int { shape.reduce(1, *) }

  /// The header as NumPy writes it, version 1.0.
  public var bytes: [UInt8] {
    let dimensions = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(type.rawValue)', 'fortran_order': False, 'shape': (\(dimensions)), }"
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    let size = text.utf8.count
    return Self.magic + [1, 0, UInt8(size & 0xFF), UInt8(size >> 8)] + Array(text.utf8)
  }

  /// Reads a header; inverse of ``bytes``. Nothing is evaluated.
  ///
  /// - Parameter file: The whole file.
  /// - Returns: The header and where the elements begin.
  static func read(
    _ file: RawSpan, path: String
  ) throws(BridgeError) -> (header: NPYHeader, end: Int) {
    let start = [UInt8](copying: file.extracting(0..<min(12, file.byteCount)))
    guard start.starts(with: magic) else {
      throw BridgeError(.notNPY(guess: guess(start, count: file.byteCount)), path: path)
    }
    func bad(_ detail: String) -> BridgeError {
      BridgeError(.invalidNPYHeader(detail), path: path)
    }
    guard start.count == 12 else { throw bad("the file ends after \(start.count) bytes") }
    guard 1...3 ~= start[6], start[7] == 0 else {
      throw bad("version \(start[6]).\(start[7]); 1.0, 2.0 and 3.0 are known")
    }
    let isLong = start[6] > 1
    let begin = isLong ? 12 : 10
    let size =
      Int(start[8]) | Int(start[9]) << 8
      | (isLong ? Int(start[10]) << 16 | Int(start[11]) << 24 : 0)
    guard size <= sizeLimit else { throw bad("\(size) bytes; at most \(sizeLimit) are read") }
    guard size <= file.byteCount - begin else {
      throw bad("\(size) bytes are announced, \(file.byteCount - begin) are left")
    }
    var parser = NPYHeaderParser(
      text: [UInt8](copying: file.extracting(begin..<begin + size)), path: path)
    return (try parser.header(), begin + size)
  }

  private static func guess(_ start: [UInt8], count: Int) -> String {
    if count == 0 { return "the file is empty" }
    if start.starts(with: "PK".utf8) { return "it looks like .npz; save each array as .npy" }
    if start.starts(with: "version http".utf8) {
      return "it is a Git LFS pointer; run 'git lfs pull'"
    }
    return
      "the first bytes are \(start.prefix(8).map { String($0, radix: 16) }.joined(separator: " "))"
  }
}

/// Takes the dictionary of a `.npy` header apart.
private struct NPYHeaderParser {
  let text: [UInt8]
  let path: String
  private var position = 0

  init(text: [UInt8], path: String) {
    self.text = text
    self.path = path
  }

  private func bad(_ detail: String) -> BridgeError {
    BridgeError(.invalidNPYHeader("\(detail) at byte \(position) of it"), path: path)
  }

  private mutating func skipBlanks() {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
  }

  private mutating func take(_ symbol: Character) -> Bool {
    skipBlanks()
    guard position < text.count, text[position] == symbol.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ symbol: Character) throws(BridgeError) {
    guard take(symbol) else { throw bad("'\(symbol)' expected") }
  }

  private mutating func string() throws(BridgeError) -> String {
    skipBlanks()
    guard position < text.count, text[position] == 0x27 || text[position] == 0x22 else {
      throw bad("a string expected")
    }
    let quote = text[position]
    position += 1
    let start = position
    while position < text.count, text[position] != quote { position += 1 }
    guard position < text.count else { throw bad("a string without its end") }
    position += 1
    return String(decoding: text[start..<position - 1], as: UTF8.self)
  }

  private mutating func word() -> String {
    skipBlanks()
    let start = position
    while position < text.count, text[position].isWordByte { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func shape() throws(BridgeError) -> [Int] {
    var shape: [Int] = []
    try expect("(")
    while !take(")") {
      let digits = word()
      guard let size = Int(digits), size >= 0 else { throw bad("'\(digits)' is no dimension") }
      shape.append(size)
      if !take(",") {
        try expect(")")
        break
      }
    }
    guard shape.count <= 32 else { throw bad("\(shape.count) dimensions") }
    return shape
  }

  mutating func header() throws(BridgeError) -> NPYHeader {
    var descr: String?
    var isFortran: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where descr == nil:
        skipBlanks()
        // A list describes the fields of a structure.
        if position < text.count, text[position] == UInt8(ascii: "[") {
          throw BridgeError(.unsupportedElements(type: "structure"), path: path)
        }
        descr = try string()
      case "fortran_order" where isFortran == nil:
        let value = word()
        guard value == "True" || value == "False" else { throw bad("True or False expected") }
        isFortran = value == "True"
      case "shape" where shape == nil: shape = try self.shape()
      default: throw bad("the key '\(key)'")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    skipBlanks()
    guard position == text.count else { throw bad("text behind the dictionary") }
    guard let descr, let isFortran, let shape else {
      throw BridgeError(
        .invalidNPYHeader("descr, fortran_order or shape is missing"), path: path)
    }
    // `=` and `<` in front of one byte mean nothing.
    guard
      let type = IntegerType(rawValue: descr)
        ?? (["<", "=", ">"].contains(descr.prefix(1)) && descr.hasSuffix("1")
          ? IntegerType(rawValue: "|" + descr.dropFirst()) : nil)
    else {
      let known = descr.hasPrefix("|O") ? "object (a pickle)" : descr
      throw BridgeError(.unsupportedElements(type: known), path: path)
    }
    // Of one dimension both orders are the same.
    guard !isFortran || shape.filter({ $0 != 1 }).count <= 1 else {
      throw BridgeError(.fortranOrder, path: path)
    }
    return NPYHeader(type: type, shape: shape)
  }
}

extension UInt8 {
  fileprivate var isWordByte: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
