import CSentencePiece
import Synchronization

/// A model loaded by libsentencepiece: the oracle of our own encoders, and the one that finds
/// n-best segmentations and samples.
@safe final class LibraryModel: Sendable {
  /// What `tessera_sp_load` returned.
  ///
  /// SAFETY of every use: the pointer is set once, before anyone else can see this object, and
  /// released in `deinit`; the library's model is not changed by the calls made here.
  private nonisolated(unsafe) let handle: OpaquePointer

  init(_ bytes: [UInt8]) throws(SentencePieceError) {
    var handle: OpaquePointer?
    var message: UnsafeMutablePointer<CChar>?
    // SAFETY: the array is alive during the call and its count is passed with it.
    let status = unsafe bytes.withUnsafeBytes { raw in
      unsafe tessera_sp_load(raw.baseAddress, raw.count, &handle, &message)
    }
    try unsafe Self.check(status, message)
    guard let handle = unsafe handle else {
      throw SentencePieceError(.library("no model was returned"))
    }
    unsafe self.handle = unsafe handle
  }

  deinit {
    // SAFETY: see `handle`.
    unsafe tessera_sp_unload(handle)
  }

  /// Turns the shim's status into an error and frees its message.
  static func check(
    _ status: Int32, _ message: UnsafeMutablePointer<CChar>?
  ) throws(SentencePieceError) {
    guard status != 0 else { return }
    // SAFETY: the shim returns a zero-terminated message that the caller frees, or NULL.
    let text = unsafe message.map { unsafe String(cString: $0) } ?? "out of memory"
    unsafe tessera_sp_free(message)
    // Its own messages begin with "source.cc(line) [condition] "; people need what follows.
    let parts = text.split(separator: "] ", maxSplits: 1)
    let readable = parts.count == 2 && !parts[1].isEmpty ? String(parts[1]) : text
    throw SentencePieceError(.library(readable))
  }

  func encode(_ text: [UInt8]) throws(SentencePieceError) -> [Int32] {
    var ids = unsafe tessera_sp_ids()
    var message: UnsafeMutablePointer<CChar>?
    // SAFETY: `withText` passes the bytes with their count; see also `handle`.
    let status = unsafe Self.withText(text) { base, count in
      unsafe tessera_sp_encode(handle, base, count, &ids, &message)
    }
    return try unsafe Self.take(status, ids, message)
  }

  func decode(_ ids: [Int32]) throws(SentencePieceError) -> [UInt8] {
    var text = unsafe tessera_sp_bytes()
    var message: UnsafeMutablePointer<CChar>?
    // SAFETY: the array is alive during the call and its count is passed with it.
    let status = unsafe ids.withUnsafeBufferPointer { buffer in
      unsafe tessera_sp_decode(handle, buffer.baseAddress, buffer.count, &text, &message)
    }
    return try unsafe Self.take(status, text, message)
  }

  func nBest(_ text: [UInt8], count: Int) throws(SentencePieceError) -> [[Int32]] {
    var ids = unsafe tessera_sp_ids()
    var lengths = unsafe tessera_sp_ids()
    var message: UnsafeMutablePointer<CChar>?
    // SAFETY: as in `encode`.
    let status = unsafe Self.withText(text) { base, length in
      unsafe tessera_sp_nbest(
        handle, base, length, Int32(clamping: count), &ids, &lengths, &message)
    }
    return try unsafe Self.take(status, ids, lengths, message)
  }

  func sample(
    _ lines: TextLines, nBest: Int, alpha: Float, seed: UInt32
  ) throws(SentencePieceError) -> [[Int32]] {
    var ids = unsafe tessera_sp_ids()
    var lengths = unsafe tessera_sp_ids()
    var message: UnsafeMutablePointer<CChar>?
    // SAFETY: `withLines` passes pointers that are alive during the call, with their counts.
    let status = unsafe lines.withLines { lines in
      unsafe tessera_sp_sample(
        handle, lines, Int32(clamping: nBest), alpha, seed, &ids, &lengths, &message)
    }
    return try unsafe Self.take(status, ids, lengths, message)
  }

  private static func withText(
    _ text: [UInt8], _ body: (UnsafePointer<CChar>?, Int) -> Int32
  ) -> Int32 {
    // SAFETY: bytes may be read as C characters; the pointer does not leave the closure.
    unsafe text.withUnsafeBytes { raw in
      unsafe body(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
    }
  }

  private static func take(
    _ status: Int32, _ ids: tessera_sp_ids, _ message: UnsafeMutablePointer<CChar>?
  ) throws(SentencePieceError) -> [Int32] {
    defer { unsafe tessera_sp_free(ids.values) }
    try unsafe check(status, message)
    // SAFETY: the shim returned `count` values at `values`, which are freed only above.
    return unsafe Array(UnsafeBufferPointer(start: ids.values, count: ids.count))
  }

  private static func take(
    _ status: Int32, _ ids: tessera_sp_ids, _ lengths: tessera_sp_ids,
    _ message: UnsafeMutablePointer<CChar>?
  ) throws(SentencePieceError) -> [[Int32]] {
    defer {
      unsafe tessera_sp_free(ids.values)
      unsafe tessera_sp_free(lengths.values)
    }
    try unsafe check(status, message)
    // SAFETY: as above; the lengths add up to the number of ids.
    let all = unsafe UnsafeBufferPointer(start: ids.values, count: ids.count)
    let counts = unsafe UnsafeBufferPointer(start: lengths.values, count: lengths.count)
    var start = 0
    return unsafe counts.map { count in
      defer { start += Int(count) }
      return unsafe Array(all[start..<start + Int(count)])
    }
  }

  static func take(
    _ status: Int32, _ bytes: tessera_sp_bytes, _ message: UnsafeMutablePointer<CChar>?
  ) throws(SentencePieceError) -> [UInt8] {
    defer { unsafe tessera_sp_free(bytes.bytes) }
    try unsafe check(status, message)
    // SAFETY: the shim returned `count` bytes at `bytes`, which are freed only above.
    return unsafe Array(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.count))
  }
}

/// Lines of text as libsentencepiece is given them: bytes and where each line ends.
struct TextLines: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }
  var byteCount: Int { bytes.count }

  init(_ lines: some Sequence<String>) {
    for line in lines { append(line.utf8) }
  }

  mutating func append(_ line: some Sequence<UInt8>) {
    bytes.append(contentsOf: line)
    ends.append(bytes.count)
  }

  func withLines(_ body: (tessera_sp_lines) -> Int32) -> Int32 {
    // SAFETY: both arrays are alive during the call; the last end is the count of bytes.
    unsafe bytes.withUnsafeBytes { raw in
      unsafe ends.withUnsafeBytes { ends in
        unsafe body(
          tessera_sp_lines(
            text: raw.baseAddress?.assumingMemoryBound(to: CChar.self),
            ends: ends.baseAddress?.assumingMemoryBound(to: Int.self), count: self.ends.count))
      }
    }
  }
}
