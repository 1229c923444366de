import ByteCoding
import Glibc

/// A file that is written in pieces and appears under its name when it is whole; of one that is
/// dropped before nothing stays.
public final class PieceFile {
  private var file: AtomicOutputFile?
  private var buffer: [UInt8] = []
  private let partialPath: String
  private static let step = 1 << 20

  /// Starts a file; what an earlier run left of it is replaced.
  public init(path: String) throws(BridgeError) {
    do throws(ByteCodingError) {
      let file = try AtomicOutputFile(path: path, leftover: .replace)
      partialPath = file.partialPath
      self.file = consume file
    } catch {
      throw BridgeError(error)
    }
  }

  deinit {
    // SAFETY: a plain C call on a NUL-terminated path. The file is still open and locked.
    if file != nil { _ = unsafe unlink(partialPath) }
  }

  /// Appends bytes.
  public func write(_ bytes: some Sequence<UInt8>) throws(BridgeError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.step { try flush() }
  }

  /// Appends integers of a type.
  public func write(
    _ values: some Sequence<some FixedWidthInteger>, as type: IntegerType
  ) throws(BridgeError) {
    type.append(values, to: &buffer)
    if buffer.count >= Self.step { try flush() }
  }

  private func flush() throws(BridgeError) {
    guard var open = file.take() else { preconditionFailure("the file is finished") }
    // A span of a class's property would not leave this method.
    var bytes: [UInt8] = []
    swap(&bytes, &buffer)
    do throws(ByteCodingError) { try open.write(bytes.rawSpan) } catch { throw BridgeError(error) }
    file = consume open
    bytes.removeAll(keepingCapacity: true)
    swap(&bytes, &buffer)
  }

  /// Syncs the file and gives it its name.
  public func finish() throws(BridgeError) {
    try flush()
    guard let open = file.take() else { return }
    do throws(ByteCodingError) { try open.commit() } catch { throw BridgeError(error) }
  }
}
