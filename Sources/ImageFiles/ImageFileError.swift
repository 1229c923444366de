/// Why a picture file was refused, and where.
public struct ImageFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was wrong, with the numbers that disagree.
  @nonexhaustive public enum Reason: Hashable, Sendable {
    /// The file has no bytes.
    case empty
    /// The first bytes are those of no picture format.
    case unknownFormat(firstBytes: [UInt8])
    /// The file is a Git LFS pointer: the picture itself was never fetched.
    case gitLFSPointer
    /// The file is a web page, most often an error message saved under a picture's name.
    case webPage
    /// A format, or a variant of one, that is recognised but not read.
    case unsupported(String)
    /// The picture has more pixels than the options allow.
    case tooManyPixels(width: Int, height: Int, limit: Int)
    /// The file has more bytes than the options allow.
    case tooManyBytes(count: Int, limit: Int)
    /// The file ends before the picture does; what the decoder said.
    case truncated(String)
    /// The file contradicts its format; what the decoder said.
    case corrupt(String)
    /// The memory for the picture could not be had.
    case outOfMemory
    /// The picture cannot be written in the format asked for.
    case notEncodable(String)
  }

  /// What was wrong.
  public let reason: Reason
  /// The format, where it was recognised.
  public let format: ImageFormat?
  /// Bytes read when the fault was found, where the decoder tells.
  public let offset: Int?

  init(_ reason: Reason, format: ImageFormat? = nil, offset: Int? = nil) {
    self.reason = reason
    self.format = format
    self.offset = offset
  }

  /// A short stable name for reject lists; these spellings are stored in token files and never
  /// change.
  public var code: String {
    switch reason {
    case .empty: "empty"
    case .unknownFormat: "unknown-format"
    case .gitLFSPointer: "git-lfs-pointer"
    case .webPage: "web-page"
    case .unsupported: "unsupported"
    case .tooManyPixels: "too-large"
    case .tooManyBytes: "too-many-bytes"
    case .truncated: "truncated"
    case .corrupt: "corrupt"
    case .outOfMemory: "out-of-memory"
    case .notEncodable: "not-encodable"
    }
  }

  /// One line: what, where, what was expected, what to do.
  public var description: String {
    let place = offset.map { " at byte \($0)" } ?? ""
    let name = format.map { "\($0) " } ?? ""
    switch reason {
    case .empty:
      return "the file is empty"
    case .unknownFormat(let bytes):
      let shown = bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }
      return "not a PNG, JPEG or WebP picture: it begins with \(shown.joined(separator: " "))"
    case .gitLFSPointer:
      return "a Git LFS pointer, not the picture itself: run git lfs pull"
    case .webPage:
      return "a web page, not a picture: the download failed"
    case .unsupported(let what):
      return "\(what) is not supported: convert the picture to PNG, JPEG or WebP"
    case .tooManyPixels(let width, let height, let limit):
      return "a \(name)picture of \(width)x\(height) pixels; the limit is \(limit) pixels"
    case .tooManyBytes(let count, let limit):
      return "a file of \(count) bytes; the limit is \(limit) bytes"
    case .truncated(let detail):
      return "the \(name)file is cut short\(place): \(detail)"
    case .corrupt(let detail):
      return "the \(name)file is damaged\(place): \(detail)"
    case .outOfMemory:
      return "no memory for the \(name)picture"
    case .notEncodable(let detail):
      return "the picture cannot be written as \(name.isEmpty ? "a file" : name)\(detail)"
    }
  }
}
