/// The fixed bytes and sizes of the layout (`Formats/token-file.md`, sections 2 and 3).
enum TokenFileLayout {
  /// First bytes of a file. The high byte shows 7-bit damage, CR LF and LF show text-mode damage.
  static let magic: [UInt8] = [0x89, 0x54, 0x53, 0x52, 0x0D, 0x0A, 0x1A, 0x0A]
  /// Last bytes of a file, `TSREND` CR LF, as a little-endian number.
  static let endMark: UInt64 = 0x0A0D_444E_4552_5354
  /// First bytes of a block, `TSRB`, as a little-endian number.
  static let sync = 0x4252_5354

  static let alignment = 8
  static let blockHeaderSize = 32
  static let tableHeaderSize = 24
  static let columnDescriptorSize = 32
  static let indexHeaderSize = 24
  static let indexEntrySize = 16
  static let endPayloadSize = 32
  static let version = (major: 1, minor: 0)

  static func aligned(_ size: Int) -> Int { (size + alignment - 1) & ~(alignment - 1) }
}

/// What a block holds.
struct BlockType: Hashable, Sendable {
  let code: UInt32

  static let head = BlockType(code: 1)
  static let chunk = BlockType(code: 2)
  static let reject = BlockType(code: 3)
  static let index = BlockType(code: 4)
  static let end = BlockType(code: 5)

  /// A block that readers skip when they do not know it.
  var isAncillary: Bool { code & 0x8000_0000 != 0 }
  var isKnown: Bool { 1...5 ~= code }

  var name: String {
    switch self {
    case .head: "HEAD"
    case .chunk: "CHUNK"
    case .reject: "REJECT"
    case .index: "INDEX"
    case .end: "END"
    default: "0x" + String(code, radix: 16)
    }
  }
}
