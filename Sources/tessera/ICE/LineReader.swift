/// Lines of a file or of standard input, read as they are asked for.
///
/// A line ends at a line feed and nowhere else; bytes that are no UTF-8 become U+FFFD. An input that
/// cannot be read to its end ends early; ``failure`` then says why.
final class LineReader: Sequence, IteratorProtocol {
  private let input: InputFile
  private var buffer: [UInt8] = []
  private var position = 0
  private var atEnd = false
  /// Why reading stopped before the end.
  private(set) var failure: (any Error)?

  /// Reads standard input.
  init() { input = .standardInput }

  /// Reads a file; `-` is standard input.
  init(path: String) throws { input = try InputFile(path: path) }

  func next() -> String? {
    var searched = position
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer { position = end + 1 }
        return String(decoding: buffer[position..<end], as: UTF8.self)
      }
      searched = buffer.count
      if atEnd {
        guard position < buffer.count else { return nil }
        defer { position = buffer.count }
        return String(decoding: buffer[position...], as: UTF8.self)
      }
      if position > 0 {
        buffer.removeSubrange(..<position)
        searched -= position
        position = 0
      }
      do {
        atEnd = try input.read(into: &buffer, limit: 1 << 16) == 0
      } catch {
        failure = error
        atEnd = true
      }
    }
  }
}
