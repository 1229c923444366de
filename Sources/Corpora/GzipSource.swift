import CZlib

/// What a gzip file holds, all of its members.
@safe final class GzipSource: ByteSource {
  private let source: any ByteSource
  // Owned by this object alone, and only touched by zlib's calls below.
  private var stream = unsafe z_stream()
  private var input = [UInt8](repeating: 0, count: 1 << 16)
  private var inputStart = 0
  private var inputEnd = 0
  private var inMember = true
  private var atEnd = false
  var path: String { source.path }

  init(_ source: any ByteSource) throws(CorpusError) {
    self.source = source
    // SAFETY: zlib fills the zeroed stream; 31 asks for a gzip header and 32 KiB of window.
    let status = unsafe inflateInit2_(
      &stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw CorpusError(
        .damaged(format: "gzip", message: "zlib error \(status)"), path: source.path)
    }
  }

  // SAFETY: `stream` was initialised in `init`, and is ended once.
  deinit { unsafe _ = inflateEnd(&stream) }

  func read(into buffer: inout [UInt8], from start: Int) throws(CorpusError) -> Int {
    while !atEnd {
      if inputStart == inputEnd { try refill() }
      if inputStart == inputEnd {
        // Between members the file may end; inside one it may not.
        guard !inMember else {
          throw CorpusError(.damaged(format: "gzip", message: "the file ends early"), path: path)
        }
        atEnd = true
        break
      }
      if !inMember { try beginMember() }
      if atEnd { break }
      let produced = try inflateOnce(into: &buffer, from: start)
      if produced > 0 { return produced }
    }
    return 0
  }

  private func refill() throws(CorpusError) {
    inputEnd = try source.read(into: &input, from: 0)
    inputStart = 0
  }

  /// Zero padding after the last member is allowed, as gzip itself allows it.
  private func beginMember() throws(CorpusError) {
    if input[inputStart] == 0 {
      atEnd = true
      return
    }
    // SAFETY: the stream is initialised.
    unsafe inflateReset(&stream)
    inMember = true
  }

  private func inflateOnce(
    into buffer: inout [UInt8], from start: Int
  ) throws(CorpusError) -> Int {
    var status: Int32 = Z_OK
    let capacity = UInt32(min(buffer.count - start, 1 << 30))
    unsafe buffer.withUnsafeMutableBufferPointer { output in
      unsafe input.withUnsafeMutableBufferPointer { input in
        // SAFETY: both regions live for the call, and their sizes are those given to zlib.
        unsafe stream.next_in = input.baseAddress! + inputStart
        unsafe stream.avail_in = UInt32(inputEnd - inputStart)
        unsafe stream.next_out = output.baseAddress! + start
        unsafe stream.avail_out = capacity
        status = unsafe inflate(&stream, Z_NO_FLUSH)
      }
    }
    let available = unsafe Int(stream.avail_in)
    inputStart = inputEnd - available
    if status == Z_STREAM_END { inMember = false }
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
      // SAFETY: zlib's message is nil or a static C string.
      let message = unsafe stream.msg.map { unsafe String(cString: $0) }
      throw CorpusError(
        .damaged(format: "gzip", message: message ?? "zlib error \(status)"), path: path)
    }
    return unsafe Int(capacity - stream.avail_out)
  }
}
