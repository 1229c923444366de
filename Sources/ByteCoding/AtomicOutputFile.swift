import Glibc

/// A file that appears under its name only when it is whole.
///
/// Bytes go to `NAME.partial`; ``commit()`` syncs them, renames the file to `NAME` and syncs the
/// folder. A file that is dropped before stays behind as `NAME.partial`. While it is open it is
/// locked (`flock`), so a second writer is refused.
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
  /// `path` with `.partial` behind it.
  public var partialPath: String { path + ".partial" }
  /// Bytes in the file.
  public private(set) var count: Int
  private let descriptor: Int32

  /// Opens `path.partial` for writing and locks it.
  ///
  /// - Throws: `busy` when another writer has it, `exists` when it is there and `leftover` is
  ///   `refuse`, `system` otherwise.
  public init(path: String, leftover: Leftover = .refuse) throws(ByteCodingError) {
    let partial = path + ".partial"
    // SAFETY (all of this method): plain C calls on NUL-terminated paths and local structs.
    let descriptor = unsafe open(partial, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw .system("open", partial) }
    func failing(_ error: ByteCodingError) -> ByteCodingError {
      close(descriptor)
      return error
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw failing(
        errno == EWOULDBLOCK
          ? ByteCodingError(.busy(path: partial)) : .system("lock", partial))
    }
    var opened = stat()
    var named = stat()
    guard unsafe fstat(descriptor, &opened) == 0 else { throw failing(.system("stat", partial)) }
    guard opened.st_mode & S_IFMT == S_IFREG else {
      throw failing(ByteCodingError(.notARegularFile(path: partial)))
    }
    // Between open and lock another writer may have finished and renamed this very file.
    guard unsafe stat(partial, &named) == 0, named.st_ino == opened.st_ino,
      named.st_dev == opened.st_dev
    else { throw failing(ByteCodingError(.busy(path: partial))) }
    var count = Int(opened.st_size)
    if count > 0 {
      switch leftover {
      case .refuse: throw failing(ByteCodingError(.exists(path: partial)))
      case .replace:
        guard ftruncate(descriptor, 0) == 0 else { throw failing(.system("truncate", partial)) }
        count = 0
      case .keep: break
      }
    }
    guard lseek(descriptor, 0, SEEK_END) >= 0 else { throw failing(.system("seek", partial)) }
    self.path = path
    self.count = count
    self.descriptor = descriptor
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
  public consuming func commit() throws(ByteCodingError) {
    try sync()
    // SAFETY: a plain C call on two NUL-terminated paths.
    guard unsafe rename(partialPath, path) == 0 else { throw .system("rename", partialPath) }
    try Self.syncFolder(of: path)
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
