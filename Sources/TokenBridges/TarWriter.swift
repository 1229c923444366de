import ByteCoding
import CArchive
import Glibc

/// A tar file, written member by member, the same bytes whenever the members are the same: no
/// times, no owners.
@safe
final class TarWriter {
  /// libarchive hands its bytes to this object.
  private final class Sink {
    let file: PieceFile
    var failure: BridgeError?

    init(_ file: PieceFile) { self.file = file }

    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
      do throws(BridgeError) {
        try file.write(unsafe Array(bytes))
        return bytes.count
      } catch {
        failure = error
        return -1
      }
    }
  }

  /// Names that are not ASCII are stored in UTF-8 whatever the locale of the process.
  // SAFETY: a locale object is never changed and is kept for ever; nil leaves the present one.
  private nonisolated(unsafe) static let locale = unsafe newlocale(
    LC_CTYPE_MASK, "C.UTF-8", nil)

  // Invariant: made by archive_write_new, freed once in deinit, before the sink that it writes to.
  private let archive: OpaquePointer
  private let sink: Sink

  /// Starts a file.
  init(path: String) throws(BridgeError) {
    sink = Sink(try PieceFile(path: path))
    // SAFETY (all of this type): calls take the handle that this object owns. The sink that is
    // passed unretained lives as long as the handle.
    guard let archive = unsafe archive_write_new() else {
      throw BridgeError(.archive("no memory"), path: path)
    }
    unsafe self.archive = archive
    unsafe archive_write_set_format_pax_restricted(archive)
    unsafe archive_write_add_filter_none(archive)
    let status = unsafe archive_write_open2(
      archive, Unmanaged.passUnretained(sink).toOpaque(), nil,
      { _, sink, bytes, count in
        let target = unsafe Unmanaged<Sink>.fromOpaque(sink!).takeUnretainedValue()
        return unsafe target.write(UnsafeRawBufferPointer(start: bytes, count: count))
      }, nil, nil)
    guard status == ARCHIVE_OK else { throw failure() }
  }

  deinit { unsafe archive_write_free(archive) }

  /// Appends a file.
  func append(_ bytes: [UInt8], name: String) throws(BridgeError) {
    let former = unsafe Self.locale.map { unsafe uselocale($0) }
    defer { if let former = unsafe former { unsafe uselocale(former) } }
    guard let entry = unsafe archive_entry_new() else {
      throw BridgeError(.archive("no memory"))
    }
    defer { unsafe archive_entry_free(entry) }
    unsafe archive_entry_copy_pathname(entry, name)
    unsafe archive_entry_set_size(entry, Int64(bytes.count))
    unsafe archive_entry_set_filetype(entry, UInt32(Glibc.S_IFREG))
    unsafe archive_entry_set_perm(entry, 0o644)
    unsafe archive_entry_set_mtime(entry, 0, 0)
    guard unsafe archive_write_header(archive, entry) == ARCHIVE_OK else { throw failure() }
    let written = unsafe bytes.withUnsafeBytes {
      unsafe $0.isEmpty ? 0 : archive_write_data(archive, $0.baseAddress!, $0.count)
    }
    guard written == bytes.count else { throw failure() }
  }

  /// Writes the end of the archive and gives the file its name.
  func finish() throws(BridgeError) {
    guard unsafe archive_write_close(archive) == ARCHIVE_OK else { throw failure() }
    try sink.file.finish()
  }

  private func failure() -> BridgeError {
    if let failure = sink.failure { return failure }
    let text = unsafe archive_error_string(archive).map { unsafe String(cString: $0) }
    return BridgeError(.archive(text ?? "the tar file cannot be written"))
  }
}
