#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that appears whole or not at all: written beside its place under a temporary name, and
/// renamed when `finish` says so.
///
/// Making one checks that the place can be written to, so that an unwritable path is known before
/// long work.
public final class OutputFile {
  let path: String
  /// Nil for a device or a pipe, which is written to as it is: a rename would replace it.
  private let temporaryPath: String?
  private let descriptor: Int32
  private var isOpen = true

  /// Creates the temporary file beside `path`, or opens `path` if that is a device or a pipe.
  ///
  /// - Throws: `BPEError.file` when the folder does not exist or cannot be written to, or `path` is
  ///   a folder.
  public init(path: String) throws(BPEError) {
    self.path = path
    var status = stat()
    // SAFETY: the strings are passed as C strings for the length of each call; `status` is ours.
    let exists = unsafe stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw BPEError(.file(operation: "write", path: path, message: "it is a folder"))
    }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      temporaryPath = nil
      descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
    } else {
      let temporaryPath = "\(path).\(getpid()).partial"
      self.temporaryPath = temporaryPath
      descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    }
    if descriptor < 0 {
      isOpen = false
      throw Self.failure("write", path)
    }
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    removeTemporary()
  }

  private func removeTemporary() {
    // SAFETY: as in `init`.
    if let temporaryPath { unsafe _ = unlink(temporaryPath) }
  }

  /// Appends `bytes`.
  public func write(_ bytes: Span<UInt8>) throws(BPEError) {
    try OutputStream.write(bytes, to: descriptor, name: path)
  }

  /// Makes the file durable and gives it its name, replacing what was there.
  public func finish() throws(BPEError) {
    guard isOpen else { return }
    isOpen = false
    let synced = fsync(descriptor)
    let syncError = errno
    let closed = close(descriptor)
    // A pipe or device cannot be synced; that is no failure.
    if (synced != 0 && syncError != EINVAL && syncError != EROFS) || closed != 0 {
      let failure = Self.failure("write", path)
      removeTemporary()
      throw failure
    }
    // SAFETY: as in `init`.
    guard let temporaryPath, unsafe rename(temporaryPath, path) != 0 else { return }
    let failure = Self.failure("write", path)
    removeTemporary()
    throw failure
  }

  static func failure(_ operation: String, _ path: String) -> BPEError {
    // SAFETY: strerror returns a valid C string for every number.
    let message = unsafe String(cString: strerror(errno))
    return BPEError(.file(operation: operation, path: path, message: message))
  }
}

/// Standard output or another open file.
public struct OutputStream: Sendable {
  private let descriptor: Int32
  private let name: String

  /// Standard output.
  public static let standardOutput = OutputStream(descriptor: 1, name: "standard output")

  /// Writes to an open file that stays the caller's to close.
  ///
  /// - Parameters:
  ///   - descriptor: The file descriptor.
  ///   - name: What error messages call it.
  public init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Writes all of `bytes`.
  public func write(_ bytes: Span<UInt8>) throws(BPEError) {
    try Self.write(bytes, to: descriptor, name: name)
  }

  static func write(
    _ bytes: Span<UInt8>, to descriptor: Int32, name: String
  ) throws(BPEError) {
    var offset = 0
    while offset < bytes.count {
      // SAFETY: the system reads at most to the end of the span.
      let count = unsafe bytes.withUnsafeBufferPointer {
        unsafe systemWrite(descriptor, $0.baseAddress! + offset, $0.count - offset)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw OutputFile.failure("write", name) }
      offset += count
    }
  }
}

#if canImport(Glibc)
  private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    unsafe Glibc.write(file, bytes, count)
  }
#elseif canImport(Musl)
  private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    unsafe Musl.write(file, bytes, count)
  }
#else
  private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    unsafe Darwin.write(file, bytes, count)
  }
#endif
