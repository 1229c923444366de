/// The central directory of a zip archive whose entries are stored, not compressed, as PyTorch
/// writes them: APPNOTE.TXT 6.3, sections 4.3.12 to 4.3.16, zip64 included.
///
/// A library would hand out streams; what a lazy tensor needs is where its bytes lie in the file.
struct ZipDirectory {
  struct Entry {
    let name: String
    let byteCount: Int
    let isStored: Bool
    /// Where the entry's own header stands.
    let headerOffset: Int

    /// Where the entry's bytes lie: behind its own header, whose length only that header tells.
    func dataRange(in source: ByteSource) throws(CheckpointError) -> Range<Int> {
      guard isStored else {
        throw CheckpointError(
          .unsupported("the compressed entry '\(name)'; zip the file again without compression"),
          offset: headerOffset)
      }
      let header = ZipRecord(try source.read(at: headerOffset, count: 30))
      guard header.u32(0) == 0x0403_4B50 else {
        throw CheckpointError(
          .malformed("the entry '\(name)' does not begin where the directory says"),
          offset: headerOffset)
      }
      let start = headerOffset + 30 + header.u16(26) + header.u16(28)
      guard start <= source.byteCount, byteCount <= source.byteCount - start else {
        throw CheckpointError(
          .truncated(needed: byteCount, available: max(0, source.byteCount - start)),
          offset: start)
      }
      return start..<start + byteCount
    }
  }

  /// More entries are refused.
  static let entryLimit = 1_000_000
  /// A longer directory is refused.
  static let byteLimit = 256 << 20

  private(set) var entries: [Entry] = []
  private var indices: [String: Int] = [:]

  subscript(name: some StringProtocol) -> Entry? { indices[String(name)].map { entries[$0] } }

  init(of source: ByteSource) throws(CheckpointError) {
    let (offset, byteCount, count) = try Self.locate(in: source)
    guard count <= Self.entryLimit, byteCount <= Self.byteLimit else {
      throw CheckpointError(
        .limitExceeded("the number of entries", value: count, limit: Self.entryLimit),
        offset: offset)
    }
    let directory = ZipRecord(try source.read(at: offset, count: byteCount))
    var position = 0
    for _ in 0..<count {
      guard byteCount - position >= 46, directory.u32(position) == 0x0201_4B50 else {
        throw CheckpointError(
          .malformed("the archive's directory has fewer than \(count) entries"),
          offset: offset + position)
      }
      let next =
        position + 46 + directory.u16(position + 28) + directory.u16(position + 30)
        + directory.u16(position + 32)
      guard next <= byteCount else {
        throw CheckpointError(
          .truncated(needed: next - position, available: byteCount - position),
          offset: offset + position)
      }
      let entry = try Self.entry(directory, at: position, base: offset)
      guard indices.updateValue(entries.count, forKey: entry.name) == nil else {
        throw CheckpointError(
          .malformed("two entries are called '\(entry.name)'"), offset: offset + position)
      }
      entries.append(entry)
      position = next
    }
  }

  /// Finds the directory from the record at the archive's end.
  private static func locate(
    in source: ByteSource
  ) throws(CheckpointError) -> (offset: Int, byteCount: Int, count: Int) {
    let tailCount = min(source.byteCount, 22 + 0xFFFF)
    let tailStart = source.byteCount - tailCount
    let tail = ZipRecord(try source.read(at: tailStart, count: tailCount))
    var end = tailCount - 22
    while end >= 0, tail.u32(end) != 0x0605_4B50 { end -= 1 }
    guard end >= 0 else {
      throw CheckpointError(
        .malformed(
          "the archive ends without its directory: half a download? \(source.byteCount) bytes "
            + "are there"), offset: source.byteCount)
    }
    var (count, byteCount, offset) = (tail.u16(end + 10), tail.u32(end + 12), tail.u32(end + 16))
    if count == 0xFFFF || byteCount == 0xFFFF_FFFF || offset == 0xFFFF_FFFF, tailStart + end >= 20 {
      let locator = ZipRecord(try source.read(at: tailStart + end - 20, count: 20))
      if locator.u32(0) == 0x0706_4B50 {
        let place = Int(clamping: locator.u64(8))
        let record = ZipRecord(try source.read(at: place, count: 56))
        guard record.u32(0) == 0x0606_4B50 else {
          throw CheckpointError(.malformed("the zip64 directory record is missing"), offset: place)
        }
        count = Int(clamping: record.u64(32))
        byteCount = Int(clamping: record.u64(40))
        offset = Int(clamping: record.u64(48))
      }
    }
    guard offset <= source.byteCount, byteCount <= source.byteCount - offset else {
      throw CheckpointError(
        .truncated(needed: byteCount, available: max(0, source.byteCount - offset)),
        offset: offset)
    }
    return (offset, byteCount, count)
  }

  private static func entry(
    _ directory: ZipRecord, at position: Int, base: Int
  ) throws(CheckpointError) -> Entry {
    let nameCount = directory.u16(position + 28)
    let name = String(
      decoding: directory.bytes[position + 46..<position + 46 + nameCount], as: UTF8.self)
    var packed = UInt64(directory.u32(position + 20))
    var size = UInt64(directory.u32(position + 24))
    var header = UInt64(directory.u32(position + 42))
    // The zip64 field holds, in this order, those of the three numbers that are all ones above.
    var field = position + 46 + nameCount
    let end = field + directory.u16(position + 30)
    while field + 4 <= end {
      let fieldEnd = field + 4 + directory.u16(field + 2)
      if directory.u16(field) == 1, fieldEnd <= end {
        var place = field + 4
        func next(_ number: inout UInt64) {
          guard number == 0xFFFF_FFFF, place + 8 <= fieldEnd else { return }
          number = directory.u64(place)
          place += 8
        }
        next(&size)
        next(&packed)
        next(&header)
      }
      field = fieldEnd
    }
    let isStored = directory.u16(position + 10) == 0 && directory.u16(position + 8) & 1 == 0
    guard !isStored || packed == size, size <= UInt64(Int.max), header <= UInt64(Int.max / 2) else {
      throw CheckpointError(
        .malformed("impossible numbers for the entry '\(name)'"), offset: base + position)
    }
    return Entry(
      name: name, byteCount: Int(size), isStored: isStored, headerOffset: Int(header))
  }
}

/// Little-endian numbers at checked places of a record.
private struct ZipRecord {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func u16(_ offset: Int) -> Int { Int(number(offset, 2)) }
  func u32(_ offset: Int) -> Int { Int(number(offset, 4)) }
  func u64(_ offset: Int) -> UInt64 { number(offset, 8) }

  private func number(_ offset: Int, _ width: Int) -> UInt64 {
    (0..<width).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
  }
}
