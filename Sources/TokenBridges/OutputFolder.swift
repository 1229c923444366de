import ByteCoding
import Glibc

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A folder that appears under its name only when everything in it is written: until then it is
/// `NAME.partial`, and of one that is dropped nothing stays.
final class OutputFolder {
  /// The name that the finished folder gets.
  let path: String
  private var partialPath: String { path + ".partial" }
  /// Whether the partial folder was made by this object, so that everything in it is its own.
  private var isOwn = false

  /// Makes `path.partial`.
  ///
  /// - Throws: `exists` when there is something at `path`, or a `path.partial` of an earlier run.
  init(path: String) throws(BridgeError) {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.path = path
    // SAFETY (all of this type): plain C calls on NUL-terminated paths.
    guard !Self.exists(path) else { throw BridgeError(.exists, path: path) }
    guard unsafe mkdir(partialPath, 0o777) == 0 else {
      if errno == EEXIST { throw BridgeError(.exists, path: partialPath) }
      throw BridgeError(.system("make the folder", partialPath))
    }
    isOwn = true
  }

  deinit {
    if isOwn { try? FileManager.default.removeItem(atPath: partialPath) }
  }

  /// Whether there is anything at `path`, a broken link included.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  /// Where a file of the folder lies while it is written.
  func place(_ name: String) -> String { "\(partialPath)/\(name)" }

  /// Makes a folder in the folder.
  func makeFolder(_ name: String) throws(BridgeError) {
    guard unsafe mkdir(place(name), 0o777) == 0 else {
      throw BridgeError(.system("make the folder", place(name)))
    }
  }

  /// Writes a small file; ``commit()`` syncs it.
  func write(_ bytes: [UInt8], to name: String) throws(BridgeError) {
    guard let file = unsafe fopen(place(name), "wxe") else {
      throw BridgeError(.system("open", place(name)))
    }
    let written = unsafe bytes.withUnsafeBytes {
      unsafe fwrite($0.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!, 1, $0.count, file)
    }
    // Buffered bytes may fail to reach the disk as late as here.
    guard unsafe fclose(file) == 0, written == bytes.count else {
      throw BridgeError(.system("write", place(name)))
    }
  }

  /// Syncs everything and gives the folder its name.
  func commit() throws(BridgeError) {
    let descriptor = unsafe open(partialPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BridgeError(.system("open", partialPath)) }
    defer { close(descriptor) }
    // One call for any number of small files; large ones were synced as they were finished.
    sync()
    guard fsync(descriptor) == 0 else { throw BridgeError(.system("sync", partialPath)) }
    guard unsafe rename(partialPath, path) == 0 else {
      throw BridgeError(.system("rename", partialPath))
    }
    isOwn = false
    try bridging { () throws(ByteCodingError) in try AtomicOutputFile.syncFolder(of: path) }
  }
}
