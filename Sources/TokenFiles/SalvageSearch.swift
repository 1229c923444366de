import ByteCoding

/// The search of ``TokenFileSalvage`` through a whole file.
struct SalvageSearch {
  private(set) var chunks: [TokenFileSalvage.Piece] = []
  private(set) var rejectBlocks: [TokenFileSalvage.Piece] = []
  private(set) var damages: [TokenFileSalvage.Damage]
  private(set) var isFinished = false
  /// Rows that the file had, as far as its blocks show.
  private(set) var rowCount = 0
  /// Rejects that the file had, as far as its blocks show.
  private(set) var rejectCount = 0

  private let header: TokenFileHeader

  /// Looks at every block.
  ///
  /// - Parameter damages: What is damaged before the first block.
  init(_ file: RawSpan, header: TokenFileHeader, damages: [TokenFileSalvage.Damage]) {
    self.header = header
    self.damages = damages
    let start = TokenFileLayout.magic.count
    var scanner = BlockScanner(from: min(start, file.byteCount))
    while let step = scanner.next(in: file) {
      switch step {
      case .damage(let bytes, let problem): add(bytes, problem)
      case .block(let block):
        if block.header.type == .head, block.offset != start {
          // Rows behind it may be of another codec.
          add(
            block.offset..<file.byteCount,
            TokenFileError(
              .unexpectedBlock(found: block.header.type.name, expected: "CHUNK, REJECT or INDEX"),
              offset: block.offset))
          finish()
          return
        }
        do throws(TokenFileError) {
          try take(block, file.extracting(block.payload), headerEnd: start)
        } catch {
          add(block.offset..<block.end, error)
        }
      }
    }
    finish()
  }

  private mutating func add(_ bytes: Range<Int>, _ problem: TokenFileError) {
    damages.append(TokenFileSalvage.Damage(bytes: bytes, problem: problem))
    isFinished = false
  }

  private mutating func take(
    _ block: Block, _ payload: RawSpan, headerEnd: Int
  ) throws(TokenFileError) {
    let origin = block.payload.lowerBound
    isFinished = false
    switch block.header.type {
    case .chunk:
      let table = try ColumnTable(parsing: payload, at: origin)
      let chunk = try DecodedChunk(
        number: 0, header: header, table: table, payload: payload, at: origin)
      _ = try chunk.checkValues(payload)
      chunks.append(.init(block, table))
    case .reject:
      let table = try ColumnTable(parsing: payload, at: origin)
      _ = try TokenFileReject.read(table, payload: payload, at: origin)
      rejectBlocks.append(.init(block, table))
    case .end:
      let fields = try EndFields(block, payload: payload)
      rowCount = max(rowCount, fields.rowCount)
      rejectCount = max(rejectCount, fields.rejectCount)
      isFinished = true
    default: break
    }
  }

  /// Puts the blocks into the order of the inputs and leaves out what is there twice.
  private mutating func finish() {
    chunks = ordered(chunks)
    rejectBlocks = ordered(rejectBlocks)
    rowCount = max(rowCount, chunks.last?.numbers.upperBound ?? 0)
    rejectCount = max(rejectCount, rejectBlocks.last?.numbers.upperBound ?? 0)
    damages.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
  }

  private mutating func ordered(
    _ pieces: [TokenFileSalvage.Piece]
  ) -> [TokenFileSalvage.Piece] {
    let sorted = pieces.sorted {
      ($0.numbers.lowerBound, $0.block.offset) < ($1.numbers.lowerBound, $1.block.offset)
    }
    var kept: [TokenFileSalvage.Piece] = []
    for piece in sorted {
      if let last = kept.last,
        piece.numbers.lowerBound < last.numbers.upperBound || piece.inputCount <= last.inputCount
      {
        damages.append(
          .init(
            bytes: piece.block.offset..<piece.block.end,
            problem: TokenFileError(
              .invalidField(
                what: piece.block.header.type.name,
                detail: "its rows or inputs are in the block at byte \(last.block.offset) already"),
              offset: piece.block.offset)))
      } else {
        kept.append(piece)
      }
    }
    return kept
  }
}

extension TokenFileSalvage.Piece {
  init(_ block: Block, _ table: ColumnTable) {
    self.block = block
    numbers = table.first..<table.first + table.count
    inputCount = table.inputCount
  }
}
