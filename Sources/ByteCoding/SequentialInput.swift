import Glibc

/// Bytes that can only be read forwards: a pipe, standard input, a socket, or a file.
public struct SequentialInput: ~Copyable {
  /// The path as given, `-` for standard input.
  public let path: String
  /// Bytes read so far.
  public private(set) var offset = 0
  private let descriptor: Int32
  private static let step = 1 << 20

  /// Opens `path`; `-` is standard input.
  public init(path: String) throws(ByteCodingError) {
    // SAFETY: a plain C call on a NUL-terminated path. Standard input is duplicated, so that
    // closing this value leaves it open.
    let descriptor = path == "-" ? dup(0) : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("open", path) }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads `count` bytes, fewer only at the end.
  ///
  /// Memory grows with what arrives, not with what was asked for.
  public mutating func read(_ count: Int) throws(ByteCodingError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let wanted = min(Self.step, count - bytes.count)
      var failure: Int32?
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
        while true {
          // SAFETY: the buffer has room for `wanted` bytes.
          let got = unsafe Glibc.read(descriptor, buffer.baseAddress, wanted)
          if got < 0, errno == EINTR { continue }
          if got < 0 { failure = errno }
          filled = max(0, got)
          return
        }
      }
      if let failure {
        throw ByteCodingError(
          .system(operation: "read", path: path, errno: failure), offset: offset)
      }
      if piece.isEmpty { break }
      offset += piece.count
      if bytes.isEmpty, piece.count == count { return piece }
      bytes += piece
    }
    return bytes
  }
}
