/// How a codec's weights are written as one safetensors file.
enum CodecConversion {
  /// The metadata key that holds the codec's name.
  static let nameKey = "tessera.codec"
}
