import Glibc

/// A refusal of the operating system.
public struct SystemFailure: Error, Hashable, Sendable {
  /// The value of `errno`, or one of the library's own codes below.
  public let number: Int32
  /// Set instead of `number` where the file itself is at fault.
  let fault: Fault?

  enum Fault: Hashable, Sendable {
    case notAFile
    case tooLarge(size: Int, limit: Int)
    case changed(expected: Int, found: Int)
  }

  init(number: Int32) {
    self.number = number
    fault = nil
  }

  init(_ fault: Fault) {
    number = 0
    self.fault = fault
  }

  /// A stable word for programs: `not-found`, `permission-denied`, `not-a-file`, `too-large`,
  /// `changed`, `link-loop`, `io-error`.
  public var code: String {
    switch fault {
    case .notAFile: "not-a-file"
    case .tooLarge: "too-large"
    case .changed: "changed"
    case nil:
      switch number {
      case ENOENT, ENOTDIR: "not-found"
      case EACCES, EPERM: "permission-denied"
      case EISDIR: "not-a-file"
      case EEXIST: "exists"
      case ELOOP: "link-loop"
      default: "io-error"
      }
    }
  }

  /// One phrase without the path.
  public var explanation: String {
    switch fault {
    case .notAFile: "not a regular file"
    case .tooLarge(let size, let limit): "\(size) bytes, more than the limit of \(limit)"
    case .changed(let expected, let found):
      "the file changed while it was read: \(expected) bytes announced, \(found) found"
    case nil:
      switch number {
      case ENOENT: "no such file or folder"
      case EACCES, EPERM: "permission denied"
      default: Self.systemText(number)
      }
    }
  }

  /// What the user can do about it, if that is known.
  var advice: String? {
    switch number {
    case ENOENT: "check the path"
    case EACCES, EPERM: "check its permissions"
    default: nil
    }
  }

  private static func systemText(_ number: Int32) -> String {
    // SAFETY: strerror returns a valid, terminated string for every number; it is copied at once.
    unsafe String(cString: strerror(number)).lowercased()
  }
}

/// The few calls of the operating system that datasets need, with bounded reads.
package enum FileSystem {
  package enum Kind: Equatable { case file, folder, link, other }

  /// Tells whether two paths lead to the same folder.
  package struct Identity: Hashable { let device: UInt, node: UInt }

  package struct Status {
    package let kind: Kind
    package let size: Int
    package let identity: Identity

    init(_ raw: stat) {
      kind =
        switch raw.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: .other
        }
      size = Int(raw.st_size)
      identity = Identity(device: UInt(raw.st_dev), node: UInt(raw.st_ino))
    }
  }

  package static func status(
    of path: String, followingLinks: Bool = true
  ) throws(SystemFailure) -> Status {
    var raw = stat()
    // SAFETY: `raw` outlives the call and is written only by it.
    let result = unsafe followingLinks ? stat(path, &raw) : lstat(path, &raw)
    guard result == 0 else { throw SystemFailure(number: errno) }
    return Status(raw)
  }

  /// The path without links, `.` and `..`.
  static func resolved(_ path: String) throws(SystemFailure) -> String {
    // SAFETY: with a nil buffer realpath returns an allocation that is ours to free, or nil.
    guard let raw = unsafe realpath(path, nil) else { throw SystemFailure(number: errno) }
    defer { unsafe free(raw) }
    return unsafe String(cString: raw)
  }

  /// The working folder of the process.
  static func workingFolder() throws(SystemFailure) -> String { try resolved(".") }

  /// One name of a folder.
  struct Name {
    /// The name; invalid UTF-8 is repaired, and then `isUTF8` is false.
    let text: String
    let isUTF8: Bool
    /// Nil where the file system does not say.
    let kind: Kind?
  }

  /// The names in a folder, without `.` and `..`, in no particular order.
  static func names(in path: String) throws(SystemFailure) -> [Name] {
    // SAFETY: the stream is closed on every way out; an entry is used only until the next readdir.
    guard let folder = unsafe opendir(path) else { throw SystemFailure(number: errno) }
    defer { unsafe closedir(folder) }
    var names: [Name] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(folder) else {
        guard errno == 0 else { throw SystemFailure(number: errno) }
        return names
      }
      let kind: Kind? =
        switch Int(unsafe entry.pointee.d_type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .link
        case Int(DT_UNKNOWN): nil
        default: .other
        }
      let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
      // SAFETY: d_name is terminated within its record; nothing after the terminator is touched.
      let start = unsafe (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: UInt8.self)
      let bytes = unsafe UnsafeBufferPointer(start: start, count: strlen(start))
      let text = unsafe String(validating: bytes, as: UTF8.self)
      let name = unsafe Name(
        text: text ?? String(decoding: bytes, as: UTF8.self), isUTF8: text != nil, kind: kind)
      if name.text != "." && name.text != ".." { names.append(name) }
    }
  }

  /// The files below a folder whose names end so, to any depth, in the order of listings; links and
  /// hidden names are passed over.
  package static func files(
    below folder: String, endingIn suffix: String
  ) throws(SystemFailure) -> [String] {
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    var found: [String] = []
    for name in try names(in: folder).filter({ !$0.text.hasPrefix(".") && $0.isUTF8 })
      .sorted(by: { FileName.precedes($0.text, $1.text) })
    {
      switch try status(of: prefix + name.text, followingLinks: false).kind {
      case .folder: found += try files(below: prefix + name.text, endingIn: suffix)
      case .file where name.text.hasSuffix(suffix): found.append(prefix + name.text)
      default: break
      }
    }
    return found
  }

  /// The whole of a regular file of at most `limit` bytes.
  package static func read(_ path: String, limit: Int) throws(SystemFailure) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    // SAFETY: the path is a terminated string for the length of the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SystemFailure(number: errno) }
    defer { close(descriptor) }
    var raw = stat()
    // SAFETY: `raw` outlives the call.
    guard unsafe fstat(descriptor, &raw) == 0 else { throw SystemFailure(number: errno) }
    let status = Status(raw)
    guard status.kind == .file else { throw SystemFailure(.notAFile) }
    guard status.size <= limit else {
      throw SystemFailure(.tooLarge(size: status.size, limit: limit))
    }
    var failure: Int32 = 0
    var filled = 0
    // SAFETY: reads stay inside the buffer of `size` bytes, and only the `filled` bytes count.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: status.size) { buffer, count in
      while filled < status.size {
        let start = unsafe buffer.baseAddress! + filled
        let step = unsafe Glibc.read(descriptor, start, status.size - filled)
        if step < 0 && errno == EINTR { continue }
        if step < 0 { failure = errno }
        if step <= 0 { break }
        filled += step
      }
      count = filled
    }
    guard failure == 0 else { throw SystemFailure(number: failure) }
    guard filled == status.size else {
      throw SystemFailure(.changed(expected: status.size, found: filled))
    }
    return bytes
  }

  // MARK: Writing

  /// Makes a folder and those above it; one that is there already is fine.
  package static func makeFolder(_ path: String) throws(SystemFailure) {
    // SAFETY: the path is a terminated string for the length of the call.
    if unsafe mkdir(path, 0o777) == 0 { return }
    let failure = SystemFailure(number: errno)
    switch failure.number {
    case EEXIST where (try? status(of: path))?.kind == .folder: return
    case ENOENT:
      let parent = FileName.folder(of: path)
      guard !parent.isEmpty, parent != path else { throw failure }
      try makeFolder(String(parent.dropLast()))
      guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
        throw SystemFailure(number: errno)
      }
    default: throw failure
    }
  }

  /// Writes a file that must not exist yet; it appears under its name when it is whole.
  package static func writeNew(_ path: String, bytes: [UInt8]) throws(SystemFailure) {
    let partial = path + ".partial"
    // SAFETY: the paths are terminated strings for the length of each call.
    let descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw SystemFailure(number: errno) }
    var failure: Int32 = 0
    var written = 0
    while written < bytes.count && failure == 0 {
      // SAFETY: the pointer and the count stay inside the array.
      let step = unsafe bytes.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress! + written, bytes.count - written)
      }
      if step > 0 {
        written += step
      } else if errno != EINTR {
        failure = errno
      }
    }
    if close(descriptor) != 0 && failure == 0 { failure = errno }
    if failure == 0 { failure = name(partial, path) }
    unsafe unlink(partial)
    if failure != 0 { throw SystemFailure(number: failure) }
  }

  /// Gives a file a name that must be free; the value of `errno`, or 0.
  private static func name(_ partial: String, _ path: String) -> Int32 {
    // A link, unlike a rename, never replaces a file that is there.
    // SAFETY: the paths are terminated strings for the length of each call.
    if unsafe link(partial, path) == 0 { return 0 }
    guard [EPERM, EOPNOTSUPP, ENOSYS].contains(errno) else { return errno }
    // A file system without links.
    guard (try? status(of: path, followingLinks: false)) == nil else { return EEXIST }
    return unsafe rename(partial, path) == 0 ? 0 : errno
  }
}
