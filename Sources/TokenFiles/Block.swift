import ByteCoding

/// One whole block of a file, its checksums compared.
struct Block: Sendable {
  let header: BlockHeader
  /// Where the block header lies in the file.
  let offset: Int

  var payload: Range<Int> {
    let start = offset + TokenFileLayout.blockHeaderSize
    return start..<start + header.payloadSize
  }
  var end: Int { payload.upperBound }

  /// Reads the block at `offset` of `file`.
  ///
  /// - Parameter verifyingPayload: Whether to compare the payload with its checksum now.
  init(
    at offset: Int, in file: RawSpan, verifyingPayload: Bool = true
  ) throws(TokenFileError) {
    guard offset >= 0, offset <= file.byteCount else {
      throw TokenFileError(
        .truncated(what: "a block", needed: offset, available: file.byteCount), offset: offset)
    }
    header = try BlockHeader(parsing: file.extracting(offset..<file.byteCount), at: offset)
    self.offset = offset
    let available = file.byteCount - offset - TokenFileLayout.blockHeaderSize
    guard header.payloadSize <= available else { throw truncated(available: available) }
    if verifyingPayload {
      try header.check(payload: file.extracting(payload), at: payload.lowerBound)
    }
  }

  init(header: BlockHeader, offset: Int) {
    self.header = header
    self.offset = offset
  }

  /// The error of a payload of which only `available` bytes are there.
  func truncated(available: Int) -> TokenFileError {
    TokenFileError(
      .truncated(
        what: "block \(header.ordinal) (\(header.type.name))", needed: header.payloadSize,
        available: available), offset: offset)
  }

  /// Refuses a block of another type.
  func expect(_ type: BlockType) throws(TokenFileError) {
    guard header.type == type else {
      throw TokenFileError(
        .unexpectedBlock(found: header.type.name, expected: type.name), offset: offset)
    }
  }
}

extension TokenFileHeader {
  /// Reads the magic and the HEAD block at the start of a file.
  ///
  /// - Returns: The header and where the next block begins.
  static func read(from file: RawSpan) throws(TokenFileError) -> (TokenFileHeader, end: Int) {
    let magic = TokenFileLayout.magic
    let start = [UInt8](copying: file.extracting(0..<min(magic.count, file.byteCount)))
    guard start == magic else {
      throw TokenFileError(.notATokenFile(guess: guess(start)), offset: 0)
    }
    let block = try Block(at: magic.count, in: file)
    try block.expect(.head)
    return (try TokenFileHeader(block, payload: file.extracting(block.payload)), block.end)
  }

  /// Reads the payload of a HEAD block.
  init(_ block: Block, payload: RawSpan) throws(TokenFileError) {
    guard block.header.ordinal == 0 else {
      throw TokenFileError(
        .wrongOrdinal(expected: 0, found: block.header.ordinal), offset: block.offset + 16)
    }
    let limit = TokenFileLayout.aligned(TokenFileLimits.headerBytes)
    guard payload.byteCount <= limit else {
      throw TokenFileError(
        .limitExceeded(
          what: "the size of the header", found: payload.byteCount, limit: limit),
        offset: block.offset + 8)
    }
    var json = [UInt8](copying: payload)
    for _ in 0..<7 where json.last == UInt8(ascii: " ") { json.removeLast() }
    let value: CanonicalJSON
    do throws(CanonicalJSON.Malformed) {
      value = try CanonicalJSON(parsing: json)
    } catch {
      throw TokenFileError(
        .invalidHeader(error.detail), offset: block.payload.lowerBound + error.offset)
    }
    do throws(TokenFileError) {
      try self.init(parsing: value)
    } catch {
      throw TokenFileError(error.reason, offset: block.payload.lowerBound)
    }
  }

  private static func guess(_ start: [UInt8]) -> String {
    if start.isEmpty { return "it is empty" }
    if start.starts(with: "version ".utf8) {
      return "it is a Git LFS pointer; fetch the file itself (git lfs pull)"
    }
    let magic = TokenFileLayout.magic
    if magic.starts(with: start) { return "it was cut after \(start.count) bytes" }
    if start.starts(with: [0x89, 0x54, 0x53, 0x52]) {
      return "its line ends were changed, as a transfer in text mode does; copy it in binary mode"
    }
    return "it begins with " + start.map { String($0, radix: 16) }.joined(separator: " ")
  }
}
