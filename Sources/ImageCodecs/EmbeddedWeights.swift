import CDefaultCodec

/// The default codec's safetensors file, linked into the program.
enum EmbeddedWeights {
  /// A copy of the file's bytes.
  static var bytes: [UInt8] {
    // SAFETY: the C target declares pointer and size of one constant array.
    unsafe [UInt8](
      UnsafeBufferPointer(start: tessera_default_codec, count: tessera_default_codec_size))
  }
}
