import ByteCoding

/// What a writer has committed to the file, and what the index will say about it.
struct WriterProgress: Sendable {
  /// Where a block lies and the number of its first row or reject.
  struct Entry: Hashable, Sendable {
    let offset: Int
    let first: Int
  }

  /// Bytes of the file.
  var size = 0
  var rowCount = 0
  var rejectCount = 0
  var nextOrdinal: UInt64 = 0
  var chunks: [Entry] = []
  var rejectBlocks: [Entry] = []

  /// Rows and rejects.
  var inputCount: Int { rowCount + rejectCount }

  /// The magic and the HEAD block.
  mutating func begin(_ header: [UInt8]) -> [UInt8] {
    size = TokenFileLayout.magic.count
    return TokenFileLayout.magic + block(.head, header)
  }

  /// Appends a CHUNK block of `count` rows, whose payload `appendPayload` appends.
  mutating func addChunk(
    count: Int, to output: inout [UInt8], appendPayload: (inout [UInt8]) -> Void
  ) {
    chunks.append(Entry(offset: size, first: rowCount))
    rowCount += count
    append(.chunk, to: &output, appendPayload)
  }

  /// Appends a REJECT block of `count` rejects, whose payload `appendPayload` appends.
  mutating func addRejects(
    count: Int, to output: inout [UInt8], appendPayload: (inout [UInt8]) -> Void
  ) {
    rejectBlocks.append(Entry(offset: size, first: rejectCount))
    rejectCount += count
    append(.reject, to: &output, appendPayload)
  }

  /// The INDEX and END blocks; inverse of ``TokenFileIndex``.
  mutating func close() -> [UInt8] {
    let indexOffset = size
    var index = ByteWriter()
    index.append(UInt64(rowCount))
    index.append(UInt64(rejectCount))
    index.append(UInt32(chunks.count))
    index.append(UInt32(rejectBlocks.count))
    for entry in chunks + rejectBlocks {
      index.append(UInt64(entry.offset))
      index.append(UInt64(entry.first))
    }
    var end = ByteWriter()
    end.append(UInt64(indexOffset))
    end.append(UInt64(rowCount))
    end.append(UInt64(rejectCount))
    end.append(TokenFileLayout.endMark)
    return block(.index, index.bytes) + block(.end, end.bytes)
  }

  private mutating func block(_ type: BlockType, _ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    append(type, to: &bytes) { $0 += payload }
    return bytes
  }

  /// Appends a block. The payload is made where it stays: a chunk is not copied once more to have
  /// its header put in front of it.
  private mutating func append(
    _ type: BlockType, to output: inout [UInt8], _ appendPayload: (inout [UInt8]) -> Void
  ) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: TokenFileLayout.blockHeaderSize))
    let payload = output.count
    appendPayload(&output)
    let header = BlockHeader(
      type: type, payload: output.rawSpan.extracting(payload..<output.count), ordinal: nextOrdinal)
    output.replaceSubrange(start..<payload, with: header.bytes)
    nextOrdinal += 1
    size += output.count - start
  }
}
