/// The texts of all pieces, as UTF-8, one behind the other: one allocation for a whole vocabulary.
struct PieceTexts: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Text `i` is `bytes[starts[i]..<starts[i + 1]]`.
  private var starts = [0]

  init(_ texts: some Collection<String>) {
    starts.reserveCapacity(texts.count + 1)
    bytes.reserveCapacity(texts.count * 10)
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      starts.append(bytes.count)
    }
  }

  init(_ texts: some Collection<[UInt8]>) {
    starts.reserveCapacity(texts.count + 1)
    for text in texts {
      bytes.append(contentsOf: text)
      starts.append(bytes.count)
    }
  }

  var count: Int { starts.count - 1 }

  /// Where a text lies in ``bytes``.
  @inline(__always)
  func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  @inline(__always)
  subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }
}
