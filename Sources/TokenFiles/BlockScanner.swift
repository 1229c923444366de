import ByteCoding

/// Finds the whole blocks of a file in which anything may be damaged.
///
/// Where a block should begin and none does, or its payload is damaged, the scanner goes on at the next
/// block header: where the damaged block says it ends, when one begins there, else at the next place
/// at which the sync bytes begin a header whose checksum is right. Places need not be multiples of
/// eight: bytes may have been lost or added before them.
struct BlockScanner {
  enum Step {
    case block(Block)
    case damage(Range<Int>, TokenFileError)
  }

  private var offset: Int
  /// Bytes whose checksums were computed in vain.
  private var wasted = 0
  /// A file of overlapping blocks could make the scanner read it again for every block; after so many
  /// times its size, payloads are only looked at where another block follows.
  private static let patience = 8

  /// Starts at `offset`.
  init(from offset: Int) { self.offset = offset }

  /// The next whole block, or the damaged bytes before it; nil at the end of the file.
  mutating func next(in file: RawSpan) -> Step? {
    guard offset < file.byteCount else { return nil }
    let start = offset
    do throws(TokenFileError) {
      let block = try Block(at: start, in: file, verifyingPayload: false)
      let isFollowed = Self.isPlausibleEnd(block.end, in: file)
      if isFollowed || wasted / Self.patience <= file.byteCount {
        do throws(TokenFileError) {
          try block.header.check(
            payload: file.extracting(block.payload), at: block.payload.lowerBound)
          offset = block.end
          return .block(block)
        } catch {
          wasted += isFollowed ? 0 : block.header.payloadSize
          offset = isFollowed ? block.end : Self.nextHeader(after: start, in: file)
          return .damage(start..<offset, error)
        }
      }
      throw TokenFileError(.noBlock, offset: start)
    } catch {
      offset = Self.nextHeader(after: start, in: file)
      return .damage(start..<offset, error)
    }
  }

  /// Whether the file ends at `offset`, or a block begins there.
  private static func isPlausibleEnd(_ offset: Int, in file: RawSpan) -> Bool {
    offset == file.byteCount || isHeader(at: offset, in: file)
  }

  private static func isHeader(at offset: Int, in file: RawSpan) -> Bool {
    (try? BlockHeader(parsing: file.extracting(offset..<file.byteCount), at: offset)) != nil
  }

  /// Where the next block header behind `start` begins; the end of the file when there is none.
  private static func nextHeader(after start: Int, in file: RawSpan) -> Int {
    var place = start + 1
    while let sync = firstSync(from: place, in: file) {
      if isHeader(at: sync, in: file) { return sync }
      place = sync + 1
    }
    return file.byteCount
  }

  private static func firstSync(from start: Int, in file: RawSpan) -> Int? {
    unsafe file.withUnsafeBytes { bytes in
      var place = start
      while place + 4 <= bytes.count {
        // SAFETY: place + 4 <= bytes.count, so four bytes can be loaded, aligned or not.
        if unsafe bytes[place] == UInt8(truncatingIfNeeded: TokenFileLayout.sync),
          unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian
            == UInt32(TokenFileLayout.sync)
        {
          return place
        }
        place += 1
      }
      return nil
    }
  }
}
