public import ByteCoding

/// Reads a token file forwards, from a pipe or standard input, without its index.
///
/// ```swift
/// var stream = try TokenFileStream(contentsOf: "-")
/// while let row = try stream.next() { … }
/// ```
///
/// Every checksum is compared before a row of its chunk is handed out. A stream that stops without
/// its end mark throws `noEndMark` after the rows of the last whole chunk.
public struct TokenFileStream: ~Copyable {
  /// What holds for the whole file.
  public let header: TokenFileHeader
  /// The rejects met so far; all of them when ``next()`` has returned nil.
  public private(set) var rejects: [TokenFileReject] = []
  /// Rows in the chunks read so far.
  public var rowCount: Int { sequence.progress.rowCount }
  private var input: SequentialInput
  private var sequence: BlockSequence
  private var payload: [UInt8] = []
  private var chunk: DecodedChunk?
  private var position = 0

  /// Opens `path` (`-`: standard input) and reads its header.
  public init(contentsOf path: String) throws(TokenFileError) {
    let input: SequentialInput
    do throws(ByteCodingError) { input = try SequentialInput(path: path) } catch {
      throw TokenFileError(error)
    }
    try self.init(input)
  }

  /// Reads the header of a file that comes from `input`.
  public init(_ input: consuming SequentialInput) throws(TokenFileError) {
    var input = input
    let start = TokenFileLayout.magic.count + TokenFileLayout.blockHeaderSize
    var bytes = try Self.read(start, &input)
    if bytes.count == start,
      let head = try? BlockHeader(
        parsing: bytes.rawSpan.extracting(TokenFileLayout.magic.count..<start), at: 0),
      head.payloadSize <= TokenFileLimits.headerBytes + TokenFileLayout.alignment
    {
      bytes += try Self.read(head.payloadSize, &input)
    }
    let end: Int
    do throws(TokenFileError) {
      (header, end) = try TokenFileHeader.read(from: bytes.rawSpan)
    } catch {
      throw error.at(path: input.path)
    }
    self.input = input
    sequence = BlockSequence(headerEnd: end)
  }

  private static func read(
    _ count: Int, _ input: inout SequentialInput
  ) throws(TokenFileError) -> [UInt8] {
    do throws(ByteCodingError) { return try input.read(count) } catch {
      throw TokenFileError(error)
    }
  }

  /// The next row, nil behind the end mark.
  public mutating func next() throws(TokenFileError) -> TokenFileRow? {
    do throws(TokenFileError) {
      while true {
        if let chunk, position < chunk.count {
          let values = try chunk.values(position, payload: payload.rawSpan)
          position += 1
          return TokenFileRow(values: values, header: header)
        }
        chunk = nil
        guard try readBlock() else { return nil }
      }
    } catch {
      throw error.at(path: input.path)
    }
  }

  /// Reads one block.
  ///
  /// - Returns: Whether there was one.
  private mutating func readBlock() throws(TokenFileError) -> Bool {
    let offset = sequence.progress.size
    let start = try Self.read(TokenFileLayout.blockHeaderSize, &input)
    if start.isEmpty {
      guard sequence.isComplete else { throw TokenFileError(.noEndMark, offset: offset) }
      return false
    }
    let head = try BlockHeader(parsing: start.rawSpan, at: offset)
    let payload = try Self.read(head.payloadSize, &input)
    let block = Block(header: head, offset: offset)
    guard payload.count == head.payloadSize else {
      throw block.truncated(available: payload.count)
    }
    try head.check(payload: payload.rawSpan, at: block.payload.lowerBound)
    switch try sequence.take(block, payload: payload.rawSpan) {
    case .chunk(let table):
      chunk = try DecodedChunk(
        number: 0, header: header, table: table, payload: payload.rawSpan,
        at: block.payload.lowerBound)
      position = 0
    case .rejects(let more): rejects += more
    case .index, .end, .skipped: break
    }
    self.payload = payload
    return true
  }
}
