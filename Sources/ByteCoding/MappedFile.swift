import Glibc

/// A whole file as read-only memory; pages are read from the disk when they are first touched.
///
/// The mapping is private and stays valid when the file is renamed or deleted. When another process
/// *truncates* the file, touching a page behind its new end raises SIGBUS, as with every mmap: call
/// ``checkSize()`` before reading a region for the first time. That narrows the window to the read
/// itself; a file that others shorten in place must be copied before it is read.
@safe
public final class MappedFile: Sendable {
  /// The path as given.
  public let path: String
  /// Size in bytes when the file was opened.
  public let count: Int
  // Invariant: `start` is the first of `count` readable bytes from init to deinit; nil if count is 0.
  private nonisolated(unsafe) let start: UnsafeRawPointer?
  private let descriptor: Int32

  /// Maps the file at `path`.
  ///
  /// - Throws: `system` when it cannot be opened or mapped, `notARegularFile` for anything else
  ///   than a file.
  public init(path: String) throws(ByteCodingError) {
    // SAFETY: plain C calls on a NUL-terminated path and local structs.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system("open", path) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let error = ByteCodingError.system("stat", path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ByteCodingError(.notARegularFile(path: path))
    }
    let count = Int(status.st_size)
    var start: UnsafeRawPointer?
    if count > 0 {
      // SAFETY: maps `count` bytes of an open file; the result is checked against MAP_FAILED.
      let mapping = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
      guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else {
        let error = ByteCodingError.system("mmap", path)
        close(descriptor)
        throw error
      }
      unsafe start = UnsafeRawPointer(mapping)
    }
    self.path = path
    self.count = count
    unsafe self.start = start
    self.descriptor = descriptor
  }

  deinit {
    if let start = unsafe start {
      // SAFETY: the mapping made in init, given back once.
      unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
    }
    close(descriptor)
  }

  /// The bytes of the file.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: `start` and `count` describe the mapping, which lives as long as self.
      let span = unsafe RawSpan(
        _unsafeBytes: UnsafeRawBufferPointer(start: start, count: count))
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Makes sure that the file is still as long as when it was opened.
  ///
  /// - Throws: `shrunk` when it is not.
  public func checkSize() throws(ByteCodingError) {
    var status = stat()
    // SAFETY: a plain C call on an open file and a local struct.
    guard unsafe fstat(descriptor, &status) == 0 else { throw .system("stat", path) }
    guard Int(status.st_size) >= count else {
      throw ByteCodingError(.shrunk(path: path, expected: count, found: Int(status.st_size)))
    }
  }
}
