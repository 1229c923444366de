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

  /// A CHUNK block of `count` rows.
  mutating func addChunk(_ payload: [UInt8], count: Int) -> [UInt8] {
    chunks.append(Entry(offset: size, first: rowCount))
    rowCount += count
    return block(.chunk, payload)
  }

  /// A REJECT block of `count` rejects.
  mutating func addRejects(_ payload: [UInt8], count: Int) -> [UInt8] {
    rejectBlocks.append(Entry(offset: size, first: rejectCount))
    rejectCount += count
    return block(.reject, payload)
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
    let header = BlockHeader(type: type, payload: payload.rawSpan, ordinal: nextOrdinal)
    nextOrdinal += 1
    size += TokenFileLayout.blockHeaderSize + payload.count
    return header.bytes + payload
  }
}
