import ByteCoding

/// The 32 bytes in front of every payload.
struct BlockHeader: Hashable, Sendable {
  let type: BlockType
  /// A multiple of eight.
  let payloadSize: Int
  /// 0 for the header block, one more for each block after it.
  let ordinal: UInt64
  let payloadChecksum: UInt32

  /// Makes the header of `payload`, whose size is a multiple of eight.
  init(type: BlockType, payload: RawSpan, ordinal: UInt64) {
    precondition(payload.byteCount.isMultiple(of: TokenFileLayout.alignment))
    self.type = type
    self.payloadSize = payload.byteCount
    self.ordinal = ordinal
    self.payloadChecksum = CRC32.of(payload)
  }

  /// The 32 bytes; inverse of ``init(parsing:at:)``.
  var bytes: [UInt8] {
    var writer = ByteWriter(capacity: TokenFileLayout.blockHeaderSize)
    writer.append(UInt32(TokenFileLayout.sync))
    writer.append(type.code)
    writer.append(UInt64(payloadSize))
    writer.append(ordinal)
    writer.append(payloadChecksum)
    writer.append(CRC32.of(writer.bytes.rawSpan))
    return writer.bytes
  }

  /// Reads a header and checks its sync, its checksum, its type and its payload size.
  ///
  /// - Parameters:
  ///   - bytes: Begins with the header; what follows is not looked at.
  ///   - offset: Where it lies in the file.
  init(parsing bytes: RawSpan, at offset: Int) throws(TokenFileError) {
    let size = TokenFileLayout.blockHeaderSize
    guard bytes.byteCount >= size else {
      throw TokenFileError(
        .truncated(what: "a block header", needed: size, available: bytes.byteCount),
        offset: offset)
    }
    var tail = ByteReader(bytes.extracting(size - 4..<size), origin: offset + size - 4)
    let stored = UInt32(try tail.field32("header checksum"))
    let computed = CRC32.of(bytes.extracting(0..<size - 4))
    var reader = ByteReader(bytes, origin: offset)
    guard try reader.field32("sync") == TokenFileLayout.sync else {
      throw TokenFileError(.noBlock, offset: offset)
    }
    guard stored == computed else {
      throw TokenFileError(
        .checksumMismatch(what: "a block header", stored: stored, computed: computed),
        offset: offset)
    }
    type = BlockType(code: UInt32(try reader.field32("block type")))
    let payloadSize = try reader.field64("payload size")
    ordinal = UInt64(try reader.field64("ordinal"))
    payloadChecksum = UInt32(try reader.field32("payload checksum"))
    guard type.isKnown || type.isAncillary else {
      throw TokenFileError(.unknownBlockType(type.code), offset: offset + 4)
    }
    guard payloadSize <= TokenFileLimits.payloadBytes else {
      throw TokenFileError(
        .limitExceeded(
          what: "the payload size of a block", found: payloadSize,
          limit: TokenFileLimits.payloadBytes), offset: offset + 8)
    }
    guard payloadSize.isMultiple(of: TokenFileLayout.alignment) else {
      throw TokenFileError(
        .invalidField(
          what: "payload size", detail: "\(payloadSize) is not a multiple of eight"),
        offset: offset + 8)
    }
    self.payloadSize = payloadSize
  }

  /// Compares a payload with the checksum in this header.
  func check(payload: RawSpan, at offset: Int) throws(TokenFileError) {
    let computed = CRC32.of(payload)
    guard computed == payloadChecksum else {
      throw TokenFileError(
        .checksumMismatch(
          what: "the payload of block \(ordinal) (\(type.name))", stored: payloadChecksum,
          computed: computed),
        offset: offset)
    }
  }
}
