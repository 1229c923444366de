#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that are read piece by piece: a file, or an array in memory.
///
/// A file is read with `pread` rather than mapped, so that a checkpoint of hundreds of megabytes
/// never counts twice towards the process's memory, and a file cut short meanwhile is an error
/// instead of a signal.
enum ByteSource: Sendable {
  case memory([UInt8])
  case file(FileDescriptor)

  /// The total number of bytes.
  var byteCount: Int {
    switch self {
    case .memory(let bytes): bytes.count
    case .file(let file): file.byteCount
    }
  }

  /// The `count` bytes from `offset`; throws `.truncated` when they are not all there.
  func read(at offset: Int, count: Int) throws(CheckpointError) -> [UInt8] {
    try check(offset, count)
    switch self {
    case .memory(let bytes): return Array(bytes[offset..<offset + count])
    case .file(let file):
      var bytes = [UInt8](repeating: 0, count: count)
      var failure: CheckpointError?
      // SAFETY: the array's own buffer, of exactly the size that is asked for.
      unsafe bytes.withUnsafeMutableBytes { buffer in
        do throws(CheckpointError) { try unsafe file.fill(buffer, at: offset) } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      return bytes
    }
  }

  /// The `count` fp32 numbers stored from `offset`.
  func readFloats(at offset: Int, count: Int) throws(CheckpointError) -> [Float] {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: 4)
    guard !overflow else {
      throw CheckpointError(.truncated(needed: .max, available: self.byteCount), offset: offset)
    }
    try check(offset, byteCount)
    var floats = [Float](repeating: 0, count: count)
    var failure: CheckpointError?
    // SAFETY: the array's own buffer of `byteCount` bytes; every bit pattern is a Float, and
    // `check` has shown that the source holds that many bytes from `offset`.
    unsafe floats.withUnsafeMutableBytes { buffer in
      switch self {
      case .memory(let bytes):
        unsafe buffer.copyBytes(from: bytes[offset..<offset + byteCount])
      case .file(let file):
        do throws(CheckpointError) { try unsafe file.fill(buffer, at: offset) } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    return floats
  }

  private func check(_ offset: Int, _ count: Int) throws(CheckpointError) {
    guard offset >= 0, count >= 0, offset <= byteCount, count <= byteCount - offset else {
      throw CheckpointError(
        .truncated(needed: count, available: max(0, byteCount - offset)), offset: offset)
    }
  }
}

/// An open file that closes itself.
final class FileDescriptor: Sendable {
  private let descriptor: Int32
  let byteCount: Int

  init(path: String) throws(CheckpointError) {
    // SAFETY: the path is passed as a terminated copy that outlives the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure() }
    var status = stat()
    // SAFETY: `status` is a local that outlives the call.
    guard unsafe fstat(descriptor, &status) == 0 else {
      defer { close(descriptor) }
      throw Self.failure()
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw CheckpointError(.unreadable("not a regular file"))
    }
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills the whole buffer with the bytes from `offset`.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(CheckpointError) {
    var done = 0
    while done < buffer.count {
      // SAFETY: `done` is less than the buffer's count, and no more than the rest is read.
      let got = unsafe pread(
        descriptor, buffer.baseAddress! + done, min(buffer.count - done, 1 << 30),
        off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw Self.failure() }
      guard got > 0 else {
        throw CheckpointError(
          unsafe .truncated(needed: buffer.count, available: done), offset: offset)
      }
      done += got
    }
  }

  private static func failure() -> CheckpointError {
    // SAFETY: strerror returns a terminated string that is copied at once.
    CheckpointError(.unreadable(unsafe String(cString: strerror(errno))))
  }
}
