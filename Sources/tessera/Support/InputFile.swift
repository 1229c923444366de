import Glibc

/// A file or standard input, read as it comes; closed when the last copy is gone.
struct InputFile: Sendable {
  /// The path, or `standard input`.
  let name: String
  private let descriptor: Int32
  private let owner: Owner?

  private final class Owner: Sendable {
    let descriptor: Int32
    init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
  }

  static let standardInput = InputFile(name: "standard input", descriptor: STDIN_FILENO, owner: nil)

  private init(name: String, descriptor: Int32, owner: Owner?) {
    self.name = name
    self.descriptor = descriptor
    self.owner = owner
  }

  /// Opens a file; `-` is standard input.
  init(path: String) throws {
    if path == "-" {
      self = .standardInput
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure(
        .inputUnusable, "\(path): cannot be opened: \(String(cString: strerror(errno)))")
    }
    self.init(name: path, descriptor: descriptor, owner: Owner(descriptor))
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw CommandFailure(.inputUnusable, "\(path): is a folder, not a file")
    }
  }

  /// Appends what is there, waiting for at least one byte, up to `limit` bytes.
  ///
  /// - Returns: How many bytes were appended; 0 at the end.
  func read(into buffer: inout [UInt8], limit: Int) throws -> Int {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { space, count in
      var got = -1
      repeat {
        got = Glibc.read(descriptor, space.baseAddress, limit)
      } while got < 0 && errno == EINTR
      if got < 0 { failure = errno }
      count = Swift.max(0, got)
    }
    guard failure == 0 else {
      throw CommandFailure(
        .inputUnusable, "\(name): cannot be read: \(String(cString: strerror(failure)))")
    }
    buffer += bytes
    return bytes.count
  }
}
