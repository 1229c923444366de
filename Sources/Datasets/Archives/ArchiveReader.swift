import CArchive
import Glibc

/// Reads the members of a tar or zip file one after another, compressed by gzip, zstd, bzip2, xz or
/// not at all. Nothing is unpacked to disk, and one member is in memory at a time.
///
/// One thread uses a reader at a time.
@safe
final class ArchiveReader: @unchecked Sendable {
  /// What stands before a member's bytes.
  struct Member {
    /// The name; invalid UTF-8 is repaired, and then `isUTF8` is false.
    let name: String
    let isUTF8: Bool
    let isFile: Bool
    /// Nil where the archive does not say beforehand.
    let size: Int?
  }

  /// Why the archive could not be read any further.
  struct Failure: Error {
    /// `truncated-archive`, `damaged-archive`, or the code of a ``SystemFailure``.
    let code: String
    let message: String
    /// The operating system's number, where it refused; another try may succeed.
    let system: SystemFailure?
    /// Whether only the present member is lost.
    var isMemberOnly = false
  }

  /// Members are read in pieces of this size from the file.
  private static let blockSize = 1 << 18

  /// libarchive converts names to the character set of the locale, which may know ASCII only.
  // SAFETY: a locale object is never changed and is kept for ever; nil leaves the present one.
  private nonisolated(unsafe) static let locale = unsafe newlocale(
    LC_CTYPE_MASK, "C.UTF-8", nil)

  // Invariant: made by archive_read_new, freed once in deinit; nothing else holds it.
  private let archive: OpaquePointer

  /// Opens the file.
  init(path: String) throws(Failure) {
    // SAFETY: archive_read_new returns nil only without memory.
    guard let archive = unsafe archive_read_new() else {
      throw Failure(code: "out-of-memory", message: "no memory", system: .init(number: ENOMEM))
    }
    unsafe self.archive = archive
    // Only what is read by libarchive itself: other filters run programs.
    // SAFETY (all of this type): calls take the handle that this object owns; strings that they
    // return are copied before the next call.
    unsafe archive_read_support_filter_gzip(archive)
    unsafe archive_read_support_filter_zstd(archive)
    unsafe archive_read_support_filter_bzip2(archive)
    unsafe archive_read_support_filter_xz(archive)
    unsafe archive_read_support_format_tar(archive)
    unsafe archive_read_support_format_zip(archive)
    do throws(SystemFailure) {
      // libarchive reports a missing file and a folder in its own words.
      guard try FileSystem.status(of: path).kind == .file else { throw SystemFailure(.notAFile) }
    } catch {
      throw Failure(code: error.code, message: error.explanation, system: error)
    }
    guard unsafe archive_read_open_filename(archive, path, Self.blockSize) == ARCHIVE_OK else {
      throw failure()
    }
  }

  deinit { unsafe archive_read_free(archive) }

  /// Goes to the next member, passing over what is left of the present one; nil at the end.
  func next() throws(Failure) -> Member? {
    let former = unsafe Self.locale.map { unsafe uselocale($0) }
    defer { if let former = unsafe former { unsafe uselocale(former) } }
    var entry: OpaquePointer?
    let status = unsafe archive_read_next_header(archive, &entry)
    if status == ARCHIVE_EOF { return nil }
    // Warnings concern names and attributes; the data is sound.
    guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry = unsafe entry else {
      throw failure()
    }
    let (name, isUTF8) = unsafe Self.name(of: entry)
    return Member(
      name: name, isUTF8: isUTF8,
      isFile: unsafe archive_entry_filetype(entry) == S_IFREG
        && archive_entry_hardlink(entry) == nil,
      size: unsafe archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil)
  }

  /// The bytes of the present member, or nil if there are more than `limit`.
  func bytes(of member: Member, limit: Int) throws(Failure) -> [UInt8]? {
    if let size = member.size, size > limit || size < 0 { return nil }
    var bytes: [UInt8] = []
    // A size in a header is only a promise, so memory grows with what is really there.
    var room = min(member.size ?? Self.blockSize, 1 << 24)
    while true {
      let step = max(room, 1)
      var count = 0
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: step))
      unsafe bytes.withUnsafeMutableBytes { buffer in
        // SAFETY: `start + step` is the count of the array.
        count = unsafe archive_read_data(archive, buffer.baseAddress! + start, step)
      }
      guard count >= 0 else {
        var failure = failure()
        failure.isMemberOnly = count != Int(ARCHIVE_FATAL) && failure.system == nil
        throw failure
      }
      bytes.removeLast(step - count)
      if count == 0 { return bytes }
      if bytes.count > limit { return nil }
      room = Self.blockSize
    }
  }

  private static func name(of entry: OpaquePointer) -> (String, isUTF8: Bool) {
    // The first is set where the archive says that names are UTF-8, the second is as stored.
    if let name = unsafe archive_entry_pathname_utf8(entry) {
      return (unsafe String(cString: name), true)
    }
    guard let name = unsafe archive_entry_pathname(entry) else {
      return ("(a name in an unknown character set)", false)
    }
    return (
      unsafe String(cString: name), unsafe String(validatingCString: name) != nil
    )
  }

  private func failure() -> Failure {
    let text =
      unsafe archive_error_string(archive).map { unsafe String(cString: $0) } ?? "damaged"
    let number = unsafe archive_errno(archive)
    // libarchive's own codes for formats are negative or lie far from the system's.
    if [EIO, ESTALE, ETIMEDOUT, ENOMEM, EACCES, ENOENT].contains(number) {
      let system = SystemFailure(number: number)
      return Failure(code: system.code, message: system.explanation, system: system)
    }
    let lower = text.lowercased()
    let isTruncated = lower.contains("truncated") || lower.contains("unexpected end")
    return Failure(
      code: isTruncated ? "truncated-archive" : "damaged-archive",
      message: isTruncated
        ? "the archive is cut short: \(lower)" : "the archive is damaged: \(lower)",
      system: nil)
  }
}
