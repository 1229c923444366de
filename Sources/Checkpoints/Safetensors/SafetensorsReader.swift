/// Reads the safetensors container: `Formats/safetensors.md`.
enum SafetensorsReader {
  /// A longer header is refused; the largest published models stay below 10 MB. The same number as
  /// in the format's own library.
  static let headerLimit = 100_000_000

  static func read(_ source: ByteSource, file: String?) throws(CheckpointError)
    -> CheckpointContents
  {
    let length = try source.read(at: 0, count: 8).enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << (8 * UInt64($1.offset))
    }
    guard length <= UInt64(headerLimit) else {
      throw CheckpointError(
        .limitExceeded(
          "the header's length", value: Int(clamping: length), limit: headerLimit), offset: 0)
    }
    let start = 8 + Int(length)
    let header = try SafetensorsHeader(
      parsing: source.read(at: 8, count: Int(length)), base: 8)
    let available = source.byteCount - start
    var contents = CheckpointContents()
    contents.metadata = header.metadata
    for entry in header.entries {
      let count = try checkedCount(entry)
      guard entry.begin <= entry.end, entry.end <= available else {
        throw CheckpointError(
          .truncated(needed: entry.end, available: available), offset: entry.offset,
          tensor: entry.name)
      }
      contents.tensors.append(
        CheckpointTensor(
          name: entry.name, elementType: entry.elementType, shape: entry.shape,
          elementCount: count, offset: start + entry.begin, source: source, file: file))
    }
    try checkCoverage(header.entries, available: available, start: start)
    return contents
  }

  /// The product of the extents, which must fill the entry's byte range exactly.
  private static func checkedCount(_ entry: SafetensorsHeader.Entry) throws(CheckpointError) -> Int
  {
    var count = 1
    var overflow = false
    for extent in entry.shape where !overflow {
      (count, overflow) = count.multipliedReportingOverflow(by: extent)
    }
    let (bytes, beyond) = count.multipliedReportingOverflow(by: entry.elementType.byteCount)
    guard !overflow, !beyond, entry.end >= entry.begin, bytes == entry.end - entry.begin else {
      throw CheckpointError(
        .disagreement(
          "the byte range of shape \(entry.shape) in \(entry.elementType.rawValue)",
          expected: overflow || beyond ? .max : bytes, found: entry.end &- entry.begin),
        offset: entry.offset, tensor: entry.name)
    }
    return count
  }

  /// Every byte after the header belongs to exactly one tensor.
  private static func checkCoverage(
    _ entries: [SafetensorsHeader.Entry], available: Int, start: Int
  ) throws(CheckpointError) {
    var covered = 0
    var previous = ""
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin >= covered else {
        throw CheckpointError(
          .overlap(with: previous), offset: start + entry.begin, tensor: entry.name)
      }
      guard entry.begin == covered else {
        throw CheckpointError(
          .malformed("\(entry.begin - covered) bytes before this tensor belong to none"),
          offset: start + covered, tensor: entry.name)
      }
      covered = entry.end
      previous = entry.name
    }
    guard covered == available else {
      throw CheckpointError(
        .malformed("\(available - covered) bytes after the last tensor belong to none"),
        offset: start + covered)
    }
  }
}
