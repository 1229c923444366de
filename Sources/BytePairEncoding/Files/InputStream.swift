#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard input or another open file, read as it comes.
public struct InputStream: Sendable {
  private let descriptor: Int32
  private let name: String
  /// Closes the file where it is this type's to close.
  private let closer: Closer?

  /// Standard input.
  public static let standardInput = InputStream(descriptor: 0, name: "standard input")

  /// Reads an open file that stays the caller's to close.
  ///
  /// - Parameters:
  ///   - descriptor: The file descriptor.
  ///   - name: What error messages call it.
  public init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
    closer = nil
  }

  /// Opens the model file at `path`; closed with the last copy of this value.
  init(opening path: String) throws(BPEError) {
    // SAFETY: the string is passed as a C string for the length of the call.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    name = path
    guard descriptor >= 0 else {
      // SAFETY: strerror returns a valid C string for every number.
      let message = unsafe String(cString: strerror(errno))
      throw BPEError(.cannotOpenModel(path: path, message: message))
    }
    closer = Closer(descriptor: descriptor)
  }

  private final class Closer: Sendable {
    let descriptor: Int32
    init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
  }

  /// Fills `block` from `start` on with what is there, waiting for at least one byte; 0 at the end.
  func read(into block: borrowing Block<UInt8>, from start: Int) throws(BPEError) -> Int {
    while true {
      // SAFETY: the system writes at most `count` bytes into the buffer.
      let count = unsafe block.withMutableBytes(start..<block.count) {
        unsafe systemRead(descriptor, $0.baseAddress!, $0.count)
      }
      if count >= 0 { return count }
      guard errno == EINTR else { throw OutputFile.failure("read", name) }
    }
  }
}

#if canImport(Glibc)
  private func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    unsafe Glibc.read(file, bytes, count)
  }
#elseif canImport(Musl)
  private func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    unsafe Musl.read(file, bytes, count)
  }
#else
  private func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    unsafe Darwin.read(file, bytes, count)
  }
#endif
