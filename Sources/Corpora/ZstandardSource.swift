import CZstd

/// What a Zstandard file holds, all of its frames.
@safe final class ZstandardSource: ByteSource {
  private let source: any ByteSource
  private let context: OpaquePointer
  private var input = [UInt8](repeating: 0, count: 1 << 17)
  private var inputStart = 0
  private var inputEnd = 0
  /// Whether a frame is begun and not finished.
  private var inFrame = false
  var path: String { source.path }

  init(_ source: any ByteSource) throws(CorpusError) {
    self.source = source
    // SAFETY: creation has no preconditions; nil is checked.
    guard let context = unsafe ZSTD_createDCtx() else {
      throw CorpusError(.damaged(format: "zstd", message: "no memory"), path: source.path)
    }
    unsafe self.context = context
    // Files made with `zstd --long=31` are read too.
    // SAFETY: the context is valid.
    _ = unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 31)
  }

  // SAFETY: the context came from ZSTD_createDCtx and is freed once.
  deinit { unsafe _ = ZSTD_freeDCtx(context) }

  func read(into buffer: inout [UInt8], from start: Int) throws(CorpusError) -> Int {
    while true {
      if inputStart == inputEnd {
        inputEnd = try source.read(into: &input, from: 0)
        inputStart = 0
        if inputEnd == 0 {
          guard !inFrame else {
            throw CorpusError(
              .damaged(format: "zstd", message: "the file ends early"), path: path)
          }
          return 0
        }
      }
      let produced = try decompressOnce(into: &buffer, from: start)
      if produced > 0 { return produced }
    }
  }

  private func decompressOnce(
    into buffer: inout [UInt8], from start: Int
  ) throws(CorpusError) -> Int {
    var produced = 0
    var consumed = 0
    var status = 0
    unsafe buffer.withUnsafeMutableBytes { output in
      unsafe input.withUnsafeBufferPointer { bytes in
        // SAFETY: both regions live for the call, and their sizes are those given to zstd.
        var to = unsafe ZSTD_outBuffer(
          dst: output.baseAddress, size: output.count, pos: start)
        var from = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: inputEnd, pos: inputStart)
        status = unsafe ZSTD_decompressStream(context, &to, &from)
        produced = unsafe to.pos - start
        consumed = unsafe from.pos
      }
    }
    guard ZSTD_isError(status) == 0 else {
      // SAFETY: the name of an error is a static C string.
      let message = unsafe String(cString: ZSTD_getErrorName(status))
      throw CorpusError(.damaged(format: "zstd", message: message), path: path)
    }
    inputStart = consumed
    inFrame = status != 0
    return produced
  }
}
