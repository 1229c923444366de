import Glibc

/// A file that appears under its name only when it is whole.
///
/// Bytes go to `NAME.partial`; ``commit()`` syncs them, renames the file to `NAME` and syncs the
/// folder. A file that is dropped before stays behind as `NAME.partial`. While it is open it is
/// locked (`flock`), so a second writer is refused. ``init(appendingTo:)`` instead writes behind the
/// end of a file that is there, under the same lock.
public struct AtomicOutputFile: ~Copyable {
  /// What to do with a `NAME.partial` that an earlier run left behind.
  public enum Leftover: Sendable {
    /// Refuse with `exists`.
    case refuse
    /// Empty it and start again.
    case replace
    /// Open it as it is; the caller reads it and truncates it to what is whole.
    case keep
  }

  /// The name that the finished file gets.
  public let path: String
  /// Where the bytes lie until then: `path` with `.partial` behind it, `path` itself when appending.
  public let partialPath: String
  /// Bytes in the file.
  public private(set) var count: Int
  private let descriptor: Int32

  /// Opens `path.partial` for writing and locks it.
  ///
  /// - Throws: `busy` when another writer has it, `exists` when it is there and `leftover` is
  ///   `refuse`, `system` otherwise.
  public init(path: String, leftover: Leftover = .refuse) throws(ByteCodingError) {
    let partial = path + ".partial"
    let descriptor = try Self.openLocked(partial, flags: O_CREAT)
    do throws(ByteCodingError) {
      var count = try Self.seekEnd(descriptor, partial)
      if count > 0 {
        switch leftover {
        case .refuse: throw ByteCodingError(.exists(path: partial))
        case .replace:
          guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw .system("truncate", partial)
          }
          count = 0
        case .keep: break
        }
      }
      self.count = count
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    partialPath = partial
    self.descriptor = descriptor
  }

  /// Opens the file at `path` to write behind its end, and locks it.
  ///
  /// The bytes go into the file itself, and ``commit()`` only syncs: a crash leaves a tail that the
  /// format of the file must tell from what was there before.
  ///
  /// - Throws: `busy` when another writer has it, `system` when it is not there or cannot be opened.
  public init(appendingTo path: String) throws(ByteCodingError) {
    let descriptor = try Self.openLocked(path, flags: 0)
    do throws(ByteCodingError) {
      count = try Self.seekEnd(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    partialPath = path
    self.descriptor = descriptor
  }

  /// Opens a regular file for reading and writing, and locks it against other writers.
  private static func openLocked(_ path: String, flags: Int32) throws(ByteCodingError) -> Int32 {
    // SAFETY (all of this method): plain C calls on NUL-terminated paths and local structs.
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | flags, 0o666)
    guard descriptor >= 0 else { throw .system("open", path) }
    func failing(_ error: ByteCodingError) -> ByteCodingError {
      close(descriptor)
      return error
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw failing(
        errno == EWOULDBLOCK ? ByteCodingError(.busy(path: path)) : .system("lock", path))
    }
    var opened = stat()
    var named = stat()
    guard unsafe fstat(descriptor, &opened) == 0 else { throw failing(.system("stat", path)) }
    guard opened.st_mode & S_IFMT == S_IFREG else {
      throw failing(ByteCodingError(.notARegularFile(path: path)))
    }
    // Between open and lock another writer may have finished and renamed this very file.
    guard unsafe stat(path, &named) == 0, named.st_ino == opened.st_ino,
      named.st_dev == opened.st_dev
    else { throw failing(ByteCodingError(.busy(path: path))) }
    return descriptor
  }

  private static func seekEnd(_ descriptor: Int32, _ path: String) throws(ByteCodingError) -> Int {
    let end = lseek(descriptor, 0, SEEK_END)
    guard end >= 0 else { throw .system("seek", path) }
    return Int(end)
  }

  deinit { close(descriptor) }

  /// Appends bytes.
  ///
  /// - Throws: `system` with the path and the reason (no space, quota, I/O error). What was
  ///   appended before stays; the torn piece is cut off again where the system allows it.
  public mutating func write(_ bytes: RawSpan) throws(ByteCodingError) {
    var failure: ByteCodingError?
    unsafe bytes.withUnsafeBytes { raw in
      var done = 0
      while done < raw.count {
        // SAFETY: done < raw.count, so pointer and length stay within the borrowed span.
        let written = unsafe Glibc.write(
          descriptor, raw.baseAddress! + done, raw.count - done)
        if written < 0 {
          if errno == EINTR { continue }
          failure = .system("write", partialPath)
          return
        }
        done += written
      }
    }
    if let failure {
      _ = ftruncate(descriptor, count)
      lseek(descriptor, count, SEEK_SET)
      throw failure
    }
    count += bytes.byteCount
  }

  /// Cuts the file to its first `size` bytes, where writing continues.
  public mutating func truncate(to size: Int) throws(ByteCodingError) {
    guard ftruncate(descriptor, size) == 0, lseek(descriptor, size, SEEK_SET) >= 0 else {
      throw .system("truncate", partialPath)
    }
    count = size
  }

  /// Waits until everything written is on the disk.
  public mutating func sync() throws(ByteCodingError) {
    guard fsync(descriptor) == 0 else { throw .system("sync", partialPath) }
  }

  /// Syncs, gives the file its name (replacing one that has it) and syncs the folder.
  ///
  /// - Throws: `busy` when another writer appends to the file that would be replaced.
  public consuming func commit() throws(ByteCodingError) {
    try sync()
    guard partialPath != path else { return }
    try Self.refuseIfLocked(path)
    // SAFETY: a plain C call on two NUL-terminated paths.
    guard unsafe rename(partialPath, path) == 0 else { throw .system("rename", partialPath) }
    try Self.syncFolder(of: path)
  }

  /// Removes what was written so far; a file that was appended to is left as it is.
  public consuming func discard() {
    guard partialPath != path else { return }
    // SAFETY: a plain C call on a NUL-terminated path. What cannot be removed stays, harmless.
    unsafe unlink(partialPath)
  }

  /// Throws when another writer appends to the file at `path`.
  private static func refuseIfLocked(_ path: String) throws(ByteCodingError) {
    // SAFETY: a plain C call on a NUL-terminated path.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      throw ByteCodingError(.busy(path: path))
    }
  }

  /// Makes a rename or a new name in the folder of `path` survive a power cut.
  package static func syncFolder(of path: String) throws(ByteCodingError) {
    let folder: String
    if let slash = path.lastIndex(of: "/") {
      folder = slash == path.startIndex ? "/" : String(path[..<slash])
    } else {
      folder = "."
    }
    // SAFETY: a plain C call on a NUL-terminated path.
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", folder) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder; the rename itself has already happened.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .system("sync", folder) }
  }
}
