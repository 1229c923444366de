#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Bytes that arrive one piece after another.
protocol ByteSource: AnyObject {
  /// The input's name for error messages.
  var path: String { get }
  /// Fills `buffer` from `start` on, in part or to its end, and returns how many bytes that was; 0
  /// only at the end of the source.
  func read(into buffer: inout [UInt8], from start: Int) throws(CorpusError) -> Int
}

/// A file or standard input, as it lies there.
final class FileSource: ByteSource {
  let path: String
  private let descriptor: Int32
  private let closes: Bool

  init(_ input: Corpus.Input) throws(CorpusError) {
    path = input.description
    switch input {
    case .standardInput:
      descriptor = 0
      closes = false
    case .file(let path):
      // SAFETY: the string is passed as a C string for the length of the call.
      descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      closes = true
      guard descriptor >= 0 else {
        throw CorpusError(.cannotOpen(message: Self.systemMessage()), path: path)
      }
    }
  }

  deinit { if closes { close(descriptor) } }

  static func systemMessage() -> String {
    // SAFETY: strerror returns a valid C string for every number.
    unsafe String(cString: strerror(errno))
  }

  func read(into buffer: inout [UInt8], from start: Int) throws(CorpusError) -> Int {
    precondition(start < buffer.count, "there is no room to read into")
    while true {
      // SAFETY: the buffer is not empty, and the system writes no further than its end.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe systemRead(descriptor, $0.baseAddress! + start, $0.count - start)
      }
      if count >= 0 { return count }
      if errno == EINTR { continue }
      if errno == EISDIR { throw CorpusError(.isFolder, path: path) }
      throw CorpusError(.cannotRead(message: Self.systemMessage()), path: path)
    }
  }
}

#if canImport(Glibc)
  private let systemRead = unsafe Glibc.read
#elseif canImport(Musl)
  private let systemRead = unsafe Musl.read
#else
  private let systemRead = unsafe Darwin.read
#endif

/// Opens inputs, looking through compression.
enum ByteSources {
  static func open(_ input: Corpus.Input) throws(CorpusError) -> any ByteSource {
    let file = try FileSource(input)
    let peeked = PeekedSource(file)
    let head = try peeked.peek(4)
    if head.starts(with: [0x1F, 0x8B]) { return try GzipSource(peeked) }
    if head == [0x28, 0xB5, 0x2F, 0xFD] { return try ZstandardSource(peeked) }
    return peeked
  }
}

/// A source whose first bytes can be looked at.
final class PeekedSource: ByteSource {
  private let source: any ByteSource
  private var head: [UInt8] = []
  var path: String { source.path }

  init(_ source: any ByteSource) { self.source = source }

  /// The first `count` bytes, fewer if the source is shorter. To be called before reading.
  func peek(_ count: Int) throws(CorpusError) -> [UInt8] {
    while head.count < count {
      var piece = [UInt8](repeating: 0, count: count - head.count)
      let got = try source.read(into: &piece, from: 0)
      if got == 0 { break }
      head += piece[..<got]
    }
    return head
  }

  func read(into buffer: inout [UInt8], from start: Int) throws(CorpusError) -> Int {
    guard !head.isEmpty else { return try source.read(into: &buffer, from: start) }
    let count = min(head.count, buffer.count - start)
    for index in 0..<count { buffer[start + index] = head[index] }
    head.removeFirst(count)
    return count
  }
}
