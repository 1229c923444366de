import ByteCoding

/// What is whole in a damaged or unfinished token file.
///
/// Every block is looked at, also behind damage: after bytes that make no sense the next block is found
/// by the sync bytes and the checksum of its header. Works for files without an end mark, for
/// `NAME.partial` and for files with an append that was interrupted.
///
/// ```swift
/// let salvage = try TokenFileSalvage(contentsOf: "broken.tessera")
/// for damage in salvage.damages { print(damage.bytes, damage.problem) }
/// try salvage.write(to: "rescued.tessera")
/// ```
public struct TokenFileSalvage: Sendable {
  /// Bytes that are of no use.
  public struct Damage: Hashable, Sendable {
    /// Where they lie in the file.
    public let bytes: Range<Int>
    /// What is wrong with them.
    public let problem: TokenFileError
  }

  /// A block that is whole.
  struct Piece {
    let block: Block
    /// Numbers of its rows, or rejects.
    let numbers: Range<Int>
    let inputCount: Int
  }

  /// The header of the file, or the one that was given for a file whose own is damaged.
  public let header: TokenFileHeader
  /// Bytes of the file.
  public let byteCount: Int
  /// Everything that is damaged, in file order. Empty for a file that is sound or was only cut between
  /// two blocks.
  public internal(set) var damages: [Damage] = []
  /// Whether the file ends with an end mark.
  public internal(set) var isFinished = false
  /// Numbers of the rows that were in the file, as far as it shows, and are lost; ascending.
  public internal(set) var lostRows: [Range<Int>] = []
  /// Numbers of the rejects that were in the file, as far as it shows, and are lost; ascending.
  public internal(set) var lostRejects: [Range<Int>] = []

  let source: ByteSource
  var chunks: [Piece] = []
  var rejectBlocks: [Piece] = []

  /// Rows that are whole.
  public var rowCount: Int { chunks.reduce(0) { $0 + $1.numbers.count } }
  /// Rejects that are whole.
  public var rejectCount: Int { rejectBlocks.reduce(0) { $0 + $1.numbers.count } }

  /// Looks at every byte of the file at `path`.
  ///
  /// - Parameter header: The header of a file whose own is damaged, from another file of the same run;
  ///   without it such a file cannot be read.
  /// - Throws: ``TokenFileError``: `notATokenFile`; damage in the header when there is no other;
  ///   `headersDiffer` when the file's own header is whole and says otherwise.
  public init(
    contentsOf path: String, header: TokenFileHeader? = nil
  ) throws(TokenFileError) {
    source = .mapped(try MappedFile.opening(path))
    byteCount = source.count
    do throws(TokenFileError) {
      (self.header, damages) = try source.withBytes { (file: RawSpan) throws(TokenFileError) in
        try Self.header(of: file, given: header)
      }
      let search = try source.withBytes { (file: RawSpan) throws(TokenFileError) in
        SalvageSearch(file, header: self.header, damages: damages)
      }
      take(search)
    } catch {
      throw error.at(path: path)
    }
  }

  /// The header, and what is damaged before the first block behind it.
  private static func header(
    of file: RawSpan, given: TokenFileHeader?
  ) throws(TokenFileError) -> (TokenFileHeader, [Damage]) {
    do throws(TokenFileError) {
      let found = try TokenFileHeader.read(from: file).0
      if let given, !found.isCompatible(with: given) {
        throw TokenFileError(.headersDiffer(found.differences(from: given)))
      }
      return (found, [])
    } catch {
      if case .headersDiffer = error.reason { throw error }
      let start = TokenFileLayout.magic.count
      if case .notATokenFile = error.reason, let head = try? Block(at: start, in: file),
        let found = try? TokenFileHeader(head, payload: file.extracting(head.payload))
      {
        return (found, [Damage(bytes: 0..<start, problem: error)])
      }
      guard let given else { throw error }
      return (given, [])
    }
  }

  private mutating func take(_ search: SalvageSearch) {
    chunks = search.chunks
    rejectBlocks = search.rejectBlocks
    damages = search.damages
    isFinished = search.isFinished
    lostRows = Self.gaps(chunks, upTo: search.rowCount)
    lostRejects = Self.gaps(rejectBlocks, upTo: search.rejectCount)
  }

  /// What of `0..<count` no piece holds.
  private static func gaps(_ pieces: [Piece], upTo count: Int) -> [Range<Int>] {
    var gaps: [Range<Int>] = []
    var end = 0
    for piece in pieces {
      if piece.numbers.lowerBound > end { gaps.append(end..<piece.numbers.lowerBound) }
      end = piece.numbers.upperBound
    }
    if end < count { gaps.append(end..<count) }
    return gaps
  }

  // MARK: Writing

  /// Writes everything that is whole to a new file, in the order of the inputs. Chunks are copied as
  /// they are stored; rows and inputs are numbered anew.
  ///
  /// - Throws: Whatever the file system refuses; damage that came since the file was looked at.
  public func write(to path: String) throws(TokenFileError) {
    try TokenFileWriter.write(to: path, header: header) { (writer) throws(TokenFileError) in
      var rejects = rejectBlocks[...]
      for chunk in chunks {
        while let block = rejects.first, block.inputCount < chunk.inputCount {
          for reject in try self.rejects(block) { try writer.reject(reject) }
          rejects.removeFirst()
        }
        var placed: [PlacedReject] = []
        if let block = rejects.first, block.inputCount == chunk.inputCount {
          // A reject's row is its input less the rejects before it.
          placed = try self.rejects(block).enumerated().map {
            let row = $1.input - (block.numbers.lowerBound + $0) - chunk.numbers.lowerBound
            return PlacedReject(row: min(max(row, 0), chunk.numbers.count), reject: $1)
          }
          rejects.removeFirst()
        }
        try writer.append(
          chunk: try payload(chunk), rowCount: chunk.numbers.count, rejects: placed)
      }
      for block in rejects {
        for reject in try self.rejects(block) { try writer.reject(reject) }
      }
    }
  }

  private func payload(_ piece: Piece) throws(TokenFileError) -> [UInt8] {
    try source.checkSize()
    return try source.withBytes { (file: RawSpan) throws(TokenFileError) in
      let block = try Block(at: piece.block.offset, in: file)
      return [UInt8](copying: file.extracting(block.payload))
    }
  }

  private func rejects(_ piece: Piece) throws(TokenFileError) -> [TokenFileReject] {
    let bytes = try payload(piece)
    let origin = piece.block.payload.lowerBound
    let table = try ColumnTable(parsing: bytes.rawSpan, at: origin)
    return try TokenFileReject.read(table, payload: bytes.rawSpan, at: origin)
  }
}
