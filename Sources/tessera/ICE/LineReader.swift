import Glibc

/// Lines of a file or of standard input, read as they are asked for.
///
/// A line ends at a line feed and nowhere else; bytes that are no UTF-8 become U+FFFD.
struct LineReader: Sequence, IteratorProtocol {
  private let descriptor: Int32
  private let owner: Owner?
  private var buffer: [UInt8] = []
  private var position = 0
  private var atEnd = false

  /// Closes the file when the last copy of the reader is gone.
  private final class Owner {
    let descriptor: Int32
    init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
  }

  /// Reads standard input.
  init() {
    descriptor = STDIN_FILENO
    owner = nil
  }

  /// Reads a file; `-` is standard input.
  init(path: String) throws {
    if path == "-" {
      descriptor = STDIN_FILENO
      owner = nil
      return
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure(
        .inputUnusable, "\(path): cannot be opened: \(String(cString: strerror(errno)))")
    }
    owner = Owner(descriptor)
  }

  mutating func next() -> String? {
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
      fill()
    }
  }

  private mutating func fill() {
    let chunk = 1 << 16
    let bytes = [UInt8](unsafeUninitializedCapacity: chunk) { space, count in
      var got = -1
      repeat { got = read(descriptor, space.baseAddress, chunk) } while got < 0 && errno == EINTR
      count = Swift.max(0, got)
    }
    if bytes.isEmpty { atEnd = true }
    buffer += bytes
  }

  /// Up to `count` lines; empty at the end.
  mutating func next(_ count: Int) -> [String] {
    var lines: [String] = []
    while lines.count < count, let line = next() { lines.append(line) }
    return lines
  }
}
